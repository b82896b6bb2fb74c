/** The page's side of {@link Sotto.files}: the leader's device does it, and content comes leaf by leaf, as it is asked for. */
import type { ConversationId, MessageId, TransferId } from "@sotto/protocol";
import type { FileToSend, SendHandle, Sotto } from "../../api.ts";
import { sottoError } from "../../sdk/messages.ts";
import type { SendFilesOptions } from "./channel.ts";
import type { FollowedMessages } from "./followedMessages.ts";
import { hearLeaves } from "./hall.ts";
import { keepStorage } from "./keepStorage.ts";
import type { Call } from "./leaderLink.ts";

/** Leaves that are asked for while the reader has not taken the one before them. */
const LEAVES_AHEAD = 2;

export function createRemoteFiles(
  call: Call,
  followed: FollowedMessages,
  newMessageId: () => MessageId,
): Sotto["files"] {
  return {
    send: (conversation, files, options) =>
      send(conversation, files, { ...options, id: options?.id ?? newMessageId() }),
    views: (transfers) => call("fileViews", transfers),
    async fetch(transfer) {
      keepStorage();
      await call("fetchFile", transfer);
    },
    pause: (transfer) => call("pauseFile", transfer),
    resume: (transfer) => call("resumeFile", transfer),
    cancel: (transfer) => call("cancelFile", transfer),
    remove: (transfer) => call("removeFile", transfer),
    content: (transfer, options) => readLeaves(call, transfer, options?.from ?? 0),
  };

  /** The first message is followed from before the call on. The others' ids come with the answer, and their events may have come before it. */
  async function send(
    conversation: ConversationId,
    files: readonly FileToSend[],
    options: SendFilesOptions,
  ): Promise<readonly SendHandle[]> {
    // Only what structured cloning takes reaches the device.
    if (!files.every(({ content }) => content instanceof Blob)) throw sottoError("fileUnreadable");
    keepStorage();
    const first = followed.follow(conversation, options.id);
    try {
      const ids = await call("sendFiles", conversation, files, options);
      const handles = ids.map((id) => (id === options.id ? first : followed.follow(conversation, id)));
      void followed.catchUp();
      return handles;
    } catch (error) {
      followed.forget(conversation, options.id);
      throw error;
    }
  }
}

async function* readLeaves(
  call: Call,
  transfer: TransferId,
  from: number,
): AsyncIterableIterator<Uint8Array> {
  const channel = `sotto leaves ${crypto.randomUUID()}`;
  const arriving = new Map<number, (content: Uint8Array) => void>();
  // One that was answered by two leaders comes twice.
  const stopHearing = hearLeaves(channel, ({ leaf, content }) => {
    arriving.get(leaf)?.(content);
    arriving.delete(leaf);
  });
  const ask = (leaf: number): Promise<Uint8Array | undefined> => {
    const arrived = new Promise<Uint8Array>((resolve) => arriving.set(leaf, resolve));
    const answered = call("readFile", transfer, leaf, channel);
    const asked = answered.then((isThere) => (isThere ? arrived : undefined));
    // Nobody may come to it.
    asked.catch(() => {});
    return asked;
  };
  try {
    const asked: ReturnType<typeof ask>[] = [];
    for (let next = from; ;) {
      while (asked.length <= LEAVES_AHEAD) asked.push(ask(next++));
      const content = await asked.shift();
      if (content === undefined) return;
      yield content;
    }
  } finally {
    stopHearing();
  }
}
