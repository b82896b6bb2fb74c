/** What is being written in a conversation: kept on the device a moment after each change, and there again when one comes back. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Conversation, Sotto } from "sotto";

/** Keys that follow each other faster share one write. */
const QUIET_MS = 400;

export interface Draft {
  readonly text: string;
  readonly change: (text: string) => void;
  /** Tells the device at once: what has been sent must not come back as a draft. */
  readonly keepNow: () => void;
  /** Puts a text back in front of what has been written since. */
  readonly putBack: (text: string) => void;
}

/** @param draft of the conversation as the device has it */
export function useDraft(device: Sotto, conversation: Conversation["id"], draft: string | undefined): Draft {
  const kept = draft ?? "";
  const [text, setText] = useState(kept);
  /** What was written last and when the device gets it; `timer` is absent when it has it. */
  const pending = useRef<{ text: string; timer?: ReturnType<typeof setTimeout> }>({ text: kept });

  const keep = useCallback((): void => {
    clearTimeout(pending.current.timer);
    const last = pending.current.text;
    pending.current = { text: last };
    // A draft that cannot be kept stays in the field; sending says what is wrong with the device.
    void device.conversations.setDraft(conversation, last).catch(() => {});
  }, [device, conversation]);

  const change = useCallback(
    (next: string): void => {
      clearTimeout(pending.current.timer);
      pending.current = { text: next, timer: setTimeout(keep, QUIET_MS) };
      setText(next);
    },
    [keep],
  );

  const flush = useCallback((): void => {
    if (pending.current.timer !== undefined) keep();
  }, [keep]);

  useEffect(() => {
    // Of a page that is left or closed no timer runs any more.
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
      flush();
    };
  }, [flush]);

  useEffect(() => {
    // Written in another window: this one follows while nobody writes here.
    if (document.hasFocus() || pending.current.timer !== undefined || kept === pending.current.text) return;
    pending.current = { text: kept };
    setText(kept);
  }, [kept]);

  return {
    text,
    change,
    keepNow: flush,
    putBack(before) {
      const since = pending.current.text;
      change(since === "" ? before : `${before}\n${since}`);
    },
  };
}
