/** Where messages are written: one to six lines, Enter sends, Shift and Enter makes a new line. */
import type { FormEvent, KeyboardEvent, ReactNode } from "react";
import { MAX_TEXT_BYTES } from "sotto/browser";
import { useText } from "../text/text.ts";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./Composer.module.css";
import type { Draft } from "./useDraft.ts";

export interface ComposerProps {
  /** The other's. */
  readonly userName: string;
  readonly draft: Draft;
  /** Why the last message did not leave. */
  readonly problem: string | undefined;
  /** Resolves with true when the message is stored on this device. */
  readonly onSend: (text: string) => Promise<boolean>;
}

export function Composer({ userName, draft, problem, onSend }: ComposerProps): ReactNode {
  const t = useText();
  const { text } = draft;
  const isBlank = text.trim() === "";
  const tooLong = isTooLong(text);

  async function send(): Promise<void> {
    if (isBlank || tooLong) return;
    draft.change("");
    if (await onSend(text)) draft.keepNow();
    else draft.putBack(text);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void send();
  }

  function sendOnEnter(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    void send();
  }

  return (
    <form className={styles["composer"]} onSubmit={submit} aria-label={t("conversation.write")}>
      <ErrorLine sentence={tooLong ? t("error.textTooLong") : problem} />
      <div className={styles["line"]}>
        {/* The field is as high as its text: a copy in the same place, drawn by the style sheet, gives the height. */}
        <div className={styles["box"]} data-text={`${text} `}>
          <textarea
            rows={1}
            value={text}
            aria-label={t("conversation.messageTo", { name: userName })}
            aria-invalid={tooLong}
            placeholder={t("conversation.placeholder")}
            dir="auto"
            enterKeyHint="send"
            autoFocus={hasKeyboard()}
            onChange={(event) => draft.change(event.target.value)}
            onKeyDown={sendOnEnter}
          />
        </div>
        <IconButton
          icon="arrowUp"
          label={t("conversation.send")}
          type="submit"
          primary
          disabled={isBlank || tooLong}
        />
      </div>
    </form>
  );
}

/** Three bytes are the most that one UTF-16 unit takes. */
function isTooLong(text: string): boolean {
  return text.length * 3 > MAX_TEXT_BYTES && new TextEncoder().encode(text).length > MAX_TEXT_BYTES;
}

/** Key code of a key that an input method has taken. */
const TAKEN = 229;

/** Enter also chooses a word in an input method; that is not sending. Safari ends the choice before it tells the key. */
function isComposing({ nativeEvent }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === TAKEN;
}

/** On touch screens, focus brings up a keyboard that covers half the conversation. */
function hasKeyboard(): boolean {
  return matchMedia("(pointer: fine)").matches;
}
