/** Stands where a part of the app has failed, and offers what helps. */
import type { ReactNode } from "react";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Page } from "../ui/Page.tsx";

export function PartFailed(): ReactNode {
  const t = useText();
  return (
    <Page title={t("common.cannotGoOn")}>
      <p role="alert">{t("shell.partFailed")}</p>
      <div>
        <Button look="primary" onPress={() => location.reload()}>
          {t("common.reload")}
        </Button>
      </div>
    </Page>
  );
}
