/** Whose account this is, where it lives, and the way out. */
import type { ReactNode } from "react";
import { useState } from "react";
import type { Sotto } from "sotto";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { Page } from "../ui/Page.tsx";
import styles from "./AccountPane.module.css";

export function AccountPane({ device }: { readonly device: Sotto }): ReactNode {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function signOut(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      await device.logout();
    } catch (error) {
      setProblem(sentenceOf(error, t));
      setBusy(false);
    }
  }

  return (
    <Page title="Your account">
      <dl className={styles["facts"]}>
        <dt>User name</dt>
        <dd>{device.userName}</dd>
        <dt>Server</dt>
        <dd>{new URL(device.server).host}</dd>
        <dt>This device</dt>
        <dd>{device.device.slice(0, 8)}</dd>
      </dl>
      <section className={styles["leave"]} aria-labelledby="sign-out">
        <h2 id="sign-out">Sign out</h2>
        <p>
          Signing out removes the messages and keys from this browser. Your contacts come back when you sign
          in again, earlier messages do not.
        </p>
        <ErrorLine sentence={problem} />
        <div>
          <Button look="danger" busy={busy} onPress={() => void signOut()}>
            Sign out
          </Button>
        </div>
      </section>
    </Page>
  );
}
