/** Where messages are written: one to six lines, Enter sends, Shift and Enter makes a new line. */
import type { FormEvent, KeyboardEvent, ReactNode } from "react";
import { useEffect, useRef } from "react";
import { MAX_TEXT_BYTES } from "sotto/browser";
import { AttachButtons } from "../files/AttachButtons.tsx";
import type { Tray as TrayState } from "../files/attachment.ts";
import { canGo } from "../files/attachment.ts";
import type { Given } from "../files/given.ts";
import { Tray } from "../files/Tray.tsx";
import { useText } from "../text/text.ts";
import { ErrorLine } from "../ui/ErrorLine.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./Composer.module.css";
import type { Draft } from "./useDraft.ts";

export interface ComposerProps {
  /** Of whom it goes to: the contact's, or the group's. */
  readonly name: string;
  readonly draft: Draft;
  /** What goes with the text. */
  readonly tray: TrayState;
  readonly onTrayChange: (step: (tray: TrayState) => TrayState) => void;
  /** Files have been chosen; with whether something of it was a folder. Absent where none can be sent. */
  readonly onGiven: ((given: Given, folder: boolean) => void) | undefined;
  /** Why the last message did not leave. */
  readonly problem: string | undefined;
  /** Sends the text with what is in the tray. Resolves with true when the message is stored on this device. */
  readonly onSend: (text: string) => Promise<boolean>;
}

export function Composer(props: ComposerProps): ReactNode {
  const { name, draft, tray, onTrayChange, onGiven, problem, onSend } = props;
  const t = useText();
  const { text } = draft;
  const isBlank = text.trim() === "";
  const tooLong = isTooLong(text);
  const count = tray.attachments.length;
  const ready = !tooLong && (count === 0 ? !isBlank : canGo(tray));
  const field = useRef<HTMLTextAreaElement>(null);
  const counted = useRef(count);
  useEffect(() => {
    // One goes on writing, or sends with Enter.
    if (count > counted.current && hasKeyboard()) field.current?.focus();
    counted.current = count;
  }, [count]);

  async function send(): Promise<void> {
    if (!ready) return;
    draft.change("");
    if (await onSend(isBlank ? "" : text)) draft.keepNow();
    else if (!isBlank) draft.putBack(text);
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
      <Tray tray={tray} onChange={onTrayChange} />
      <div className={styles["line"]}>
        {onGiven !== undefined && <AttachButtons onGiven={onGiven} />}
        {/* The field is as high as its text: a copy in the same place, drawn by the style sheet, gives the height. */}
        <div className={styles["box"]} data-text={`${text} `}>
          <textarea
            ref={field}
            rows={1}
            value={text}
            aria-label={t("conversation.messageTo", { name })}
            aria-invalid={tooLong}
            placeholder={t("conversation.placeholder")}
            dir="auto"
            enterKeyHint="send"
            autoFocus={hasKeyboard()}
            onChange={(event) => draft.change(event.target.value)}
            onKeyDown={sendOnEnter}
          />
        </div>
        <IconButton icon="arrowUp" label={t("conversation.send")} type="submit" primary disabled={!ready} />
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
