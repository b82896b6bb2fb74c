/** Where messages are written: one to six lines, Enter sends, Shift and Enter makes a new line. */
import type { FormEvent, KeyboardEvent, ReactNode } from "react";
import { useState } from "react";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./Composer.module.css";
import type { Drafts } from "./drafts.ts";

export interface ComposerProps {
  /** The other's. */
  readonly userName: string;
  readonly conversation: string;
  readonly drafts: Drafts;
  /** Resolves with true when the message is stored on this device. */
  readonly onSend: (text: string) => Promise<boolean>;
}

export function Composer({ userName, conversation, drafts, onSend }: ComposerProps): ReactNode {
  const [text, setText] = useState(() => drafts.get(conversation));

  function change(next: string): void {
    drafts.set(conversation, next);
    setText(next);
  }

  async function send(): Promise<void> {
    if (text.trim() === "") return;
    change("");
    if (await onSend(text)) return;
    // What has been typed since then follows what could not be sent.
    const since = drafts.get(conversation);
    change(since === "" ? text : `${text}\n${since}`);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    void send();
  }

  function sendOnEnter(event: KeyboardEvent): void {
    // Enter also chooses a word in an input method; that is not sending.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  }

  return (
    <form className={styles["composer"]} onSubmit={submit} aria-label="Write a message">
      <div className={styles["box"]}>
        <textarea
          rows={1}
          value={text}
          aria-label={`Message to ${userName}`}
          placeholder="Message"
          dir="auto"
          autoFocus={hasKeyboard()}
          onChange={(event) => change(event.target.value)}
          onKeyDown={sendOnEnter}
        />
      </div>
      <IconButton icon="arrowUp" label="Send" type="submit" primary disabled={text.trim() === ""} />
    </form>
  );
}

/** On touch screens, focus brings up a keyboard that covers half the conversation. */
function hasKeyboard(): boolean {
  return matchMedia("(pointer: fine)").matches;
}
