/** The whole page: sign-in, the app, or one sentence about why neither can be shown. */
import type { ReactNode } from "react";
import type { BrowserHome } from "sotto/browser";
import { Shell } from "../shell/Shell.tsx";
import { SignIn } from "../signIn/SignIn.tsx";
import { Button } from "../ui/Button.tsx";
import { Notice } from "./Notice.tsx";
import { useDevice } from "./useDevice.ts";

export function App({ home }: { readonly home: BrowserHome }): ReactNode {
  const [situation, onOpened] = useDevice(home);
  switch (situation.kind) {
    case "starting":
      return <Notice title="" />;
    case "elsewhere":
      return (
        <Notice title="Open in another tab">
          <p>{situation.sentence}</p>
          <p>This tab goes on by itself when the other one is closed.</p>
        </Notice>
      );
    case "failed":
      return (
        <Notice title="Sotto cannot go on here">
          <p>{situation.sentence}</p>
          <Button look="primary" onPress={() => location.reload()}>
            Reload the page
          </Button>
        </Notice>
      );
    case "signedOut":
      return <SignIn home={home} knownUserName={situation.userName} onOpened={onOpened} />;
    case "open":
      return <Shell device={situation.device} />;
  }
}
