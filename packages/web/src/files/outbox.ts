/** Of each conversation what is going to be sent, and what is just being prepared. It outlives the pane: one may look elsewhere meanwhile. */
import type { Conversation, Sotto, StoredMessage } from "sotto";
import { SottoError } from "sotto/browser";
import type { Attachment, AttachmentLook, GivenFile, Tray, TrayNotice } from "./attachment.ts";
import { MAX_ATTACHMENTS, fileToSend, provisionalManifest } from "./attachment.ts";
import { fileStoreOf } from "./fileStore.ts";

type ConversationId = Conversation["id"];

export interface Outbox {
  readonly trayOf: (conversation: ConversationId) => Tray;
  /** Own messages whose files are being prepared, oldest first. */
  readonly preparing: (conversation: ConversationId) => readonly StoredMessage[];
  readonly subscribe: (onChange: () => void) => () => void;
  readonly add: (conversation: ConversationId, files: readonly GivenFile[], notice?: TrayNotice) => void;
  /** Changes what is in the tray. */
  readonly change: (conversation: ConversationId, step: (tray: Tray) => Tray) => void;
  /**
   * Sends what is in the tray with `message`, which is shown while it is prepared and has the text and the id. Resolves with true when it is
   * stored; otherwise the tray is as it was, unless its only file was cancelled. Rejects with why, but for what a person has cancelled.
   */
  readonly send: (message: StoredMessage) => Promise<boolean>;
}

const EMPTY: Tray = { attachments: [], asIs: false, mustAsk: false, notice: undefined };
const NOTHING: readonly StoredMessage[] = [];
const outboxes = new WeakMap<Sotto, Outbox>();

export function outboxOf(device: Sotto): Outbox {
  const known = outboxes.get(device);
  if (known !== undefined) return known;
  const made = createOutbox(device, async (file) => (await import("./lookAt.ts")).lookAt(file));
  outboxes.set(device, made);
  return made;
}

/** @param lookAt reads a file; it is called for one at a time */
export function createOutbox(device: Sotto, lookAt: (file: File) => Promise<AttachmentLook>): Outbox {
  const trays = new Map<ConversationId, Tray>();
  const messages = new Map<ConversationId, readonly StoredMessage[]>();
  const listeners = new Set<() => void>();
  let lastId = 0;
  let looking: Promise<void> = Promise.resolve();

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const trayOf = (conversation: ConversationId): Tray => trays.get(conversation) ?? EMPTY;

  function change(conversation: ConversationId, step: (tray: Tray) => Tray): void {
    trays.set(conversation, step(trayOf(conversation)));
    tell();
  }

  async function look(conversation: ConversationId, { id, file }: Attachment): Promise<void> {
    // Left out again, or sent.
    if (!trayOf(conversation).attachments.some((one) => one.id === id)) return;
    const found = await lookAt(file).catch((): AttachmentLook => ({}));
    change(conversation, (tray) => ({
      ...tray,
      attachments: tray.attachments.map((one) => (one.id === id ? { ...one, look: found } : one)),
    }));
  }

  function setMessages(conversation: ConversationId, next: readonly StoredMessage[]): void {
    messages.set(conversation, next);
    tell();
  }

  return {
    trayOf,
    preparing: (conversation) => messages.get(conversation) ?? NOTHING,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    add(conversation, files, notice) {
      const { attachments } = trayOf(conversation);
      const room = Math.max(0, MAX_ATTACHMENTS - attachments.length);
      const added = files
        .slice(0, room)
        .map((given): Attachment => ({ ...given, id: ++lastId, look: undefined, asIs: false }));
      change(conversation, (tray) => ({
        ...tray,
        attachments: [...attachments, ...added],
        notice: added.length < files.length ? "tooMany" : notice,
      }));
      for (const one of added) looking = looking.then(() => look(conversation, one));
    },
    change,
    async send(message) {
      const { conversation, id, text } = message;
      const tray = trayOf(conversation);
      const { attachments, asIs } = tray;
      const files = attachments.map(provisionalManifest);
      const forget = fileStoreOf(device).prepare(conversation, files);
      change(conversation, () => EMPTY);
      setMessages(conversation, [...(messages.get(conversation) ?? []), { ...message, files }]);
      try {
        await device.files.send(
          conversation,
          attachments.map((one) => fileToSend(one, asIs)),
          { id, ...(text !== "" && { text }) },
        );
        return true;
      } catch (error) {
        const code = error instanceof SottoError ? error.code : undefined;
        const isCancelled = code === "cancelled";
        if (!isCancelled || attachments.length > 1)
          change(conversation, (since) => ({
            ...tray,
            mustAsk: code === "pictureUnreadable",
            attachments: [...attachments, ...since.attachments],
          }));
        if (isCancelled) return false;
        throw error;
      } finally {
        setMessages(
          conversation,
          (messages.get(conversation) ?? []).filter((one) => one.id !== id),
        );
        forget();
      }
    },
  };
}

/** A fresh id of a message. */
export function newMessageId(): StoredMessage["id"] {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") as StoredMessage["id"];
}
