/** One or two sentences while the server cannot be reached. */
import type { ReactNode } from "react";
import type { ConnectionNotice } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { useElapsed } from "../ui/useElapsed.ts";
import styles from "./Banner.module.css";

/** A connection that is there within this time is not worth a word. */
const PATIENCE_MS = 800;

export interface ConnectionBannerProps {
  readonly notice: ConnectionNotice;
  readonly onSignIn: () => void;
}

export function ConnectionBanner({ notice, onSignIn }: ConnectionBannerProps): ReactNode {
  const t = useText();
  const patient = useElapsed(notice.tone === "quiet", PATIENCE_MS);
  if (notice.tone === "quiet" && !patient) return null;
  return (
    <div className={`${styles["banner"]} ${styles[notice.tone]}`}>
      <Icon name={notice.tone === "stop" ? "alert" : "cloudOff"} />
      <p className={styles["sentence"]}>{notice.sentence}</p>
      {notice.signIn && (
        <Button look="outline" onPress={onSignIn}>
          {t("shell.signInAgain")}
        </Button>
      )}
    </div>
  );
}
