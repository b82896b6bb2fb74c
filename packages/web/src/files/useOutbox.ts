/** The tray of the conversation on screen, and what of it is being prepared. */
import { useState, useSyncExternalStore } from "react";
import type { Conversation, Sotto, StoredMessage } from "sotto";
import { outgoingMessage } from "../conversation/outgoingMessage.ts";
import { sentenceOf } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import type { GivenFile, Tray, TrayNotice } from "./attachment.ts";
import { newMessageId, outboxOf } from "./outbox.ts";

export interface OutboxView {
  readonly tray: Tray;
  readonly preparing: readonly StoredMessage[];
  /** Why the last files did not leave. */
  readonly problem: string | undefined;
  readonly add: (files: readonly GivenFile[], notice: TrayNotice | undefined) => void;
  readonly change: (step: (tray: Tray) => Tray) => void;
  /** Sends what is in the tray with a text, which may be empty. Resolves with true when it is stored. */
  readonly send: (text: string) => Promise<boolean>;
}

export function useOutbox(device: Sotto, conversation: Conversation["id"]): OutboxView {
  const t = useText();
  const outbox = outboxOf(device);
  const [problem, setProblem] = useState<unknown>();
  const tray = useSyncExternalStore(outbox.subscribe, () => outbox.trayOf(conversation));
  const preparing = useSyncExternalStore(outbox.subscribe, () => outbox.preparing(conversation));
  return {
    tray,
    preparing,
    problem: problem === undefined ? undefined : sentenceOf(problem, t),
    add(files, notice) {
      setProblem(undefined);
      outbox.add(conversation, files, notice);
    },
    change(step) {
      setProblem(undefined);
      outbox.change(conversation, step);
    },
    async send(text) {
      setProblem(undefined);
      try {
        return await outbox.send({ ...outgoingMessage(device, conversation, text), id: newMessageId() });
      } catch (error) {
        setProblem(error);
        return false;
      }
    },
  };
}
