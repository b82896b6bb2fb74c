/** The worker of a page with connections: runs the contract of links between two of its own, or holds one end for a test. */
import type { LinkCandidate, LinkDescription } from "@sotto/protocol";
import { LINK_CONTRACT } from "../../../../ports/direct.contract.ts";
import type {
  Link,
  LinkChannel,
  LinkFailure,
  LinkMaker,
  LinkOptions,
  LinkVia,
} from "../../../../ports/direct.ts";
import { portLine } from "../../linkMessages.ts";
import { createLinkProxy } from "../../linkProxy.ts";

export type ToLinkWorker =
  | { readonly type: "first"; readonly links: MessagePort; readonly movesChannels: boolean }
  | {
      readonly type: "call";
      readonly call: number;
      readonly name: keyof LinkWorker;
      readonly args: readonly unknown[];
    };

export type FromLinkWorker =
  | { readonly type: "answer"; readonly call: number; readonly value: unknown }
  | { readonly type: "told"; readonly told: Told };

export type Told =
  | LinkDescription
  | LinkCandidate
  | { readonly kind: "open"; readonly via: LinkVia; readonly afterMs: number }
  | { readonly kind: "steady"; readonly steady: boolean; readonly via: LinkVia }
  | { readonly kind: "frame"; readonly text: string }
  | { readonly kind: "closed"; readonly failure: LinkFailure };

export type LinkWorker = typeof commands;

const ECHOED_BYTES = 200;
/** So much waits to be sent at most. */
const HIGH_WATER_BYTES = 1024 * 1024;

const maker = Promise.withResolvers<LinkMaker>();
let link: Link;
let echoed = Promise.withResolvers<void>();
let drained = Promise.withResolvers<void>();
let counted = { frames: 0, sizeBytes: 0 };

const commands = {
  /** What the case of the contract throws, or null. */
  async runCase(name: string): Promise<string | null> {
    const made = await maker.promise;
    try {
      await LINK_CONTRACT.find((one) => one.name === name)?.run({ caller: made, callee: made, via: "local" });
      return null;
    } catch (error) {
      return String(error);
    }
  },

  async open(options: LinkOptions): Promise<void> {
    const made = await maker.promise;
    const begun = performance.now();
    link = made.open(options, {
      onDescription: tell,
      onCandidate: tell,
      onOpen: (via) => tell({ kind: "open", via, afterMs: performance.now() - begun }),
      onSteady: (steady, via) => tell({ kind: "steady", steady, via }),
      onFrame,
      onDrained: () => drained.resolve(),
      onClose: (failure) => tell({ kind: "closed", failure }),
    });
  },
  offer: (restart: boolean) => link.offer(restart),
  accept: (description: LinkDescription) => link.accept(description),
  addCandidates: (candidates: readonly LinkCandidate[]) => link.addCandidates(candidates),
  say: (text: string) => link.send("messages", new TextEncoder().encode(text)),
  close: () => link.close(),

  /** Median time of so many round trips of 200 bytes, in ms. */
  async roundTripMs(count: number): Promise<number> {
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      const begun = performance.now();
      echoed = Promise.withResolvers();
      link.send("messages", new Uint8Array(ECHOED_BYTES));
      await echoed.promise;
      times.push(performance.now() - begun);
    }
    return times.toSorted((one, other) => one - other)[count >> 1] ?? 0;
  },
  async flood(frames: number, sizeBytes: number): Promise<void> {
    for (let index = 0; index < frames; index++) {
      if (link.bufferedBytes("files") > HIGH_WATER_BYTES) {
        drained = Promise.withResolvers();
        await drained.promise;
      }
      link.send("files", new Uint8Array(sizeBytes).fill(index));
    }
  },
  /** What has come on the channel of files. */
  counted: () => counted,
};

function onFrame(channel: LinkChannel, frame: Uint8Array): void {
  if (channel === "files")
    counted = { frames: counted.frames + 1, sizeBytes: counted.sizeBytes + frame.length };
  else if (frame.length === ECHOED_BYTES) link.send("messages", frame.subarray(1));
  else if (frame.length === ECHOED_BYTES - 1) echoed.resolve();
  else tell({ kind: "frame", text: new TextDecoder().decode(frame) });
}

function tell(told: Told): void {
  post({ type: "told", told });
}

function post(message: FromLinkWorker): void {
  postMessage(message);
}

addEventListener("message", ({ data }: MessageEvent<ToLinkWorker>) => {
  if (data.type === "call") return void answer(data.call, data.name, data.args);
  const takesChannels = data.movesChannels && "RTCDataChannel" in globalThis;
  maker.resolve(createLinkProxy({ line: portLine(data.links), takesChannels }));
});

async function answer(call: number, name: keyof LinkWorker, args: readonly unknown[]): Promise<void> {
  const command = commands[name] as (...args: readonly unknown[]) => unknown;
  post({ type: "answer", call, value: await command(...args) });
}
