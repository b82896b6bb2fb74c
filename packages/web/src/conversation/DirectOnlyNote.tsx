/** Above the composer of a conversation whose messages go directly alone, while there is no direct way: why, and the way out. */
import type { ReactNode } from "react";
import type { Conversation, Sotto } from "sotto";
import { isWaiting, pathNow } from "../path/pathNow.ts";
import { useText } from "../text/text.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { PathShape } from "../ui/PathGlyph.tsx";
import { useAct } from "../ui/useAct.ts";
import { useElapsed } from "../ui/useElapsed.ts";
import styles from "./DirectOnlyNote.module.css";

/** A way that is there within this time is not worth a word. */
const PATIENCE_MS = 800;

export interface DirectOnlyNoteProps {
  readonly device: Sotto;
  /** The other's. */
  readonly userName: string;
  readonly conversation: Conversation;
  readonly presenceHidden: boolean;
  /** How many own messages wait. */
  readonly count: number;
}

export function DirectOnlyNote(props: DirectOnlyNoteProps): ReactNode {
  const { device, userName, conversation, presenceHidden, count } = props;
  const t = useText();
  const waits = useElapsed(isWaiting(conversation), PATIENCE_MS);
  const [switchOver, { busy, problem }] = useAct(() => device.conversations.setPath(conversation.id, "auto"));
  const { why } = pathNow(conversation, presenceHidden);
  return (
    <div className={waits ? styles["note"] : undefined}>
      {waits && (
        <span className={styles["sign"]}>
          <PathShape path="wait" />
        </span>
      )}
      <div className={styles["words"]}>
        <p className={styles["title"]}>
          {waits && count === 0 && t("path.note.title", { name: userName })}
          {/* Ways come and go: they are read out only when something waits for one. */}
          <span role="status">{waits && count > 0 && t("path.note.waiting", { count, name: userName })}</span>
        </p>
        {waits && <p className={styles["why"]}>{t(why, { name: userName })}</p>}
        <ErrorLine sentence={problem} />
      </div>
      {waits && (
        <Button look="outline" busy={busy} onPress={switchOver}>
          {t("path.note.automatic")}
        </Button>
      )}
    </div>
  );
}
