/**
 * What a data channel does by itself, in Node and in a page: a file in memory goes in frames as large as ours as soon as the channel has room, and is
 * put away in memory. No cryptography but DTLS, no checks, no disk.
 */
import type { FileParty } from "./party.ts";
import { never } from "./party.ts";

/** As ours: FIL-10 and FIL-11. */
const CHUNK_BYTES = 61_712;
const HEAD_BYTES = 22;
/** The channel is filled up to here whenever it has fallen to {@link BARE_LOW_WATER_BYTES}. */
const HIGH_WATER_BYTES = 4 * 1024 * 1024;
export const BARE_LOW_WATER_BYTES: number = 1024 * 1024;

/** A channel that is open, or will be. */
export interface BareChannel {
  send(frame: Uint8Array): void;
  say(text: string): void;
  bufferedBytes(): number;
  /** Resolves when it is open. */
  link(calls: boolean): Promise<void>;
  close(): void;
}

export interface BareParty extends FileParty {
  onText(text: string): void;
  onFrame(sizeBytes: number): void;
  /** The channel has room again. */
  onDrained(): void;
}

/** @param load the bytes of the file */
export function createBareParty(
  channel: BareChannel,
  load: (path: string) => Promise<Uint8Array>,
): BareParty {
  let content: Uint8Array = new Uint8Array(0);
  let sentBytes = 0;
  let cameBytes = 0;
  let wanted = { bytes: 0, come: (): void => {} };

  function pump(): void {
    while (sentBytes < content.length && channel.bufferedBytes() < HIGH_WATER_BYTES) {
      const chunk = content.subarray(sentBytes, sentBytes + CHUNK_BYTES);
      const frame = new Uint8Array(HEAD_BYTES + chunk.length);
      frame.set(chunk, HEAD_BYTES);
      channel.send(frame);
      sentBytes += chunk.length;
    }
  }

  return {
    meet: () => Promise.resolve(),
    link: (calls) => channel.link(calls),
    relay: never("relay"),
    async offer(path) {
      content = await load(path);
      sentBytes = content.length;
      return { transfer: String(content.length), ms: 0 };
    },
    uploaded: never("uploaded"),
    async take(transfer) {
      const startedMs = performance.now();
      await new Promise<void>((resolve) => {
        cameBytes = 0;
        wanted = { bytes: Number(transfer), come: resolve };
        channel.say("go");
      });
      return performance.now() - startedMs;
    },
    save: never("save"),
    digest: never("digest"),
    forget: () => Promise.resolve(),
    close() {
      channel.close();
      return Promise.resolve();
    },
    onText() {
      sentBytes = 0;
      pump();
    },
    onFrame(sizeBytes) {
      cameBytes += sizeBytes - HEAD_BYTES;
      if (cameBytes === wanted.bytes) wanted.come();
    },
    onDrained: pump,
  };
}

/** What two bare parties tell each other before they are linked. */
export interface BareSignal {
  readonly sdp?: { readonly text: string; readonly type: "offer" | "answer" };
  readonly candidate?: { readonly line: string; readonly mid: string };
}
