/** Stands where the composer would be and says why it is not there. */
import type { ReactNode } from "react";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./ComposerNote.module.css";
import type { Obstacle } from "./whyNotWrite.ts";

export interface ComposerNoteProps {
  readonly obstacle: Obstacle;
  /** Goes on with the keys that are known, where they are the obstacle. */
  readonly onKeepKeys: () => void;
}

export function ComposerNote({ obstacle, onKeepKeys }: ComposerNoteProps): ReactNode {
  const { title, sentence, tone, keepable = false } = obstacle;
  return (
    <section className={`${styles["note"]} ${styles[tone]}`} role={tone === "stop" ? "alert" : "status"}>
      <h2>
        <Icon name={tone === "stop" ? "alert" : "clock"} />
        {title}
      </h2>
      <p>{sentence}</p>
      {keepable && (
        <div>
          <Button look="outline" onPress={onKeepKeys}>
            Go on with the keys I know
          </Button>
        </div>
      )}
    </section>
  );
}
