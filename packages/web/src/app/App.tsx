/** The whole page: sign-in, the app, or one sentence about why neither can be shown. */
import type { ReactNode } from "react";
import type { BrowserHome } from "sotto/browser";
import { Shell } from "../shell/Shell.tsx";
import { SignIn } from "../signIn/SignIn.tsx";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { Boundary } from "../ui/Boundary.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "./Notice.tsx";
import { useDevice } from "./useDevice.ts";

export function App({ home }: { readonly home: BrowserHome }): ReactNode {
  const t = useText();
  const [situation, onOpened] = useDevice(home);
  switch (situation.kind) {
    case "starting":
      return <Notice title="" />;
    case "failed":
      return <CannotGoOn sentence={sentenceOf(situation.problem, t)} />;
    case "signedOut":
      return <SignIn home={home} knownUserName={situation.userName} onOpened={onOpened} />;
    case "open":
      return (
        <Boundary fallback={<CannotGoOn sentence={t("error.internal")} />}>
          <Shell device={situation.device} />
        </Boundary>
      );
  }
}

function CannotGoOn({ sentence }: { readonly sentence: string }): ReactNode {
  const t = useText();
  return (
    <Notice title={t("common.cannotGoOn")}>
      <p>{sentence}</p>
      <Button look="primary" onPress={() => location.reload()}>
        {t("common.reload")}
      </Button>
    </Notice>
  );
}
