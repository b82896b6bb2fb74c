/** The history as a file of one's own, and back from one. */
import type { ReactNode } from "react";
import type { Sotto } from "sotto";
import { useText } from "../text/text.ts";
import { ReadBack } from "./ReadBack.tsx";
import { SaveCopy } from "./SaveCopy.tsx";
import { SectionPage } from "./SectionPage.tsx";

export function History({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  return (
    <SectionPage title={t("settings.history.title")}>
      <SaveCopy device={device} />
      <ReadBack device={device} />
    </SectionPage>
  );
}
