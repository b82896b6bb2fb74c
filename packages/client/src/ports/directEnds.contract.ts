/** What the cases of the contract of links are made of: ends that remember what they were told, and couriers between them. */
import type { LinkCandidate, LinkDescription } from "@sotto/protocol";
import type { Link, LinkChannel, LinkFailure, LinkMaker, LinkOptions, LinkVia } from "./direct.ts";

export interface LinkContractSite {
  readonly caller: LinkMaker;
  readonly callee: LinkMaker;
  /** How the two reach each other here. */
  readonly via: LinkVia;
}

export type Signal = LinkDescription | LinkCandidate;
export type Told =
  | { readonly kind: "signal"; readonly signal: Signal }
  | { readonly kind: "open"; readonly via: LinkVia }
  | { readonly kind: "steady"; readonly steady: boolean }
  | { readonly kind: "frame"; readonly channel: LinkChannel; readonly frame: Uint8Array }
  | { readonly kind: "drained"; readonly channel: LinkChannel }
  | { readonly kind: "closed"; readonly failure: LinkFailure };

/** One end and all that its handlers were told. */
export interface End {
  readonly link: Link;
  readonly told: readonly Told[];
  /** Called with each thing as it is told. */
  watch(watcher: (told: Told) => void): void;
  until(what: string, reached: () => boolean, patienceMs?: number): Promise<void>;
}

/** Takes one end's signals to the other, in an order of its own. */
export type Courier = (from: End, to: Link) => void;

export const NO_SERVERS: LinkOptions = { iceServers: [], turnOnly: false };
export const PATIENCE_MS = 20_000;
/** RFC 5737: an address that nobody has. Browsers take no port below 1024. */
export const NOBODY = "candidate:1 1 UDP 2114977791 192.0.2.1 40000 typ host";

/** Opens a link between the two, and closes both ends when `use` is done. */
export async function withPair(
  { caller, callee }: LinkContractSite,
  courier: Courier,
  use: (ends: readonly [End, End]) => Promise<void>,
): Promise<void> {
  const ends = [openEnd(caller), openEnd(callee)] as const;
  const [from, to] = ends;
  try {
    courier(from, to.link);
    courier(to, from.link);
    from.link.offer(false);
    for (const end of ends) await end.until("open", () => !none(end, "open"));
    await use(ends);
  } finally {
    for (const { link } of ends) link.close();
  }
}

export function openEnd(maker: LinkMaker, options: LinkOptions = NO_SERVERS): End {
  const told: Told[] = [];
  const watchers = new Set<(told: Told) => void>();
  const tell = (next: Told): void => {
    told.push(next);
    for (const watcher of watchers) watcher(next);
  };
  const link = maker.open(options, {
    onDescription: (signal) => tell({ kind: "signal", signal }),
    onCandidate: (signal) => tell({ kind: "signal", signal }),
    onOpen: (via) => tell({ kind: "open", via }),
    onSteady: (steady) => tell({ kind: "steady", steady }),
    onFrame: (channel, frame) => tell({ kind: "frame", channel, frame: frame.slice() }),
    onDrained: (channel) => tell({ kind: "drained", channel }),
    onClose: (failure) => tell({ kind: "closed", failure }),
  });
  const watch = (watcher: (told: Told) => void): void => void watchers.add(watcher);
  const until: End["until"] = (what, reached, patienceMs = PATIENCE_MS) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!reached()) return;
        clearTimeout(timer);
        watchers.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        watchers.delete(look);
        reject(
          new Error(`waited ${patienceMs} ms for: ${what}; told: ${told.map(({ kind }) => kind).join(" ")}`),
        );
      }, patienceMs);
      watchers.add(look);
      look();
    });
  return { link, told, watch, until };
}

export function straight(from: End, to: Link): void {
  from.watch((told) => {
    if (told.kind === "signal") give(to, told.signal);
  });
}

export function candidatesFirst(from: End, to: Link): void {
  collected(from, 300, (signals) => {
    for (const signal of signals.filter(isCandidate).toReversed()) give(to, signal);
    for (const signal of signals.filter((signal) => !isCandidate(signal))) give(to, signal);
  });
}

export function candidatesLate(from: End, to: Link): void {
  from.watch((told) => {
    if (told.kind === "signal" && !isCandidate(told.signal)) give(to, told.signal);
  });
  collected(from, 600, (signals) => {
    for (const signal of signals.filter(isCandidate)) give(to, signal);
  });
}

/** Only descriptions, and those say that the other end is where nobody is. */
export function nowhere(from: End, to: Link): void {
  from.watch((told) => {
    if (told.kind !== "signal" || isCandidate(told.signal)) return;
    const lines = told.signal.sdp.split("\r\n").filter((line) => !line.startsWith("a=candidate"));
    const sdp = [...lines.slice(0, -1), `a=${NOBODY}`, "a=end-of-candidates", ""].join("\r\n");
    give(to, { ...told.signal, sdp });
  });
}

/** As if its certificate were another's. */
export function disguised(from: End, to: Link): void {
  const digit = (it: string): string => (it === "0" ? "1" : "0");
  from.watch((told) => {
    if (told.kind !== "signal") return;
    if (isCandidate(told.signal)) return give(to, told.signal);
    const sdp = told.signal.sdp.replaceAll(/(?<=^a=fingerprint:\S+ )./gm, digit);
    give(to, { ...told.signal, sdp });
  });
}

/** The signals of the first while, together; later ones each by itself. */
function collected(from: End, whileMs: number, hand: (signals: readonly Signal[]) => void): void {
  let waiting: Signal[] | undefined;
  let handed = false;
  from.watch((told) => {
    if (told.kind !== "signal") return;
    if (handed) return hand([told.signal]);
    if (waiting === undefined) {
      waiting = [];
      setTimeout(() => {
        handed = true;
        hand(waiting ?? []);
      }, whileMs);
    }
    waiting.push(told.signal);
  });
}

/** As a message of the relay arrives: never from inside the other end's call. */
function give(to: Link, signal: Signal): void {
  setTimeout(() => {
    if (isCandidate(signal)) to.addCandidates([signal]);
    else to.accept(signal);
  }, 0);
}

export function isCandidate(signal: Signal): signal is LinkCandidate {
  return signal.kind === "candidate";
}

export function descriptionKinds(told: Told): readonly ("offer" | "answer")[] {
  return told.kind === "signal" && !isCandidate(told.signal) ? [told.signal.kind] : [];
}

export function framesOf({ told }: End, channel?: LinkChannel): readonly Uint8Array[] {
  return told.flatMap((next) =>
    next.kind === "frame" && (channel ?? next.channel) === next.channel ? [next.frame] : [],
  );
}

export function none({ told }: End, ...kinds: readonly Told["kind"][]): boolean {
  return !told.some(({ kind }) => kinds.includes(kind));
}

/** Bytes in the middle of a larger buffer. */
export function pattern(seed: number, sizeBytes: number): Uint8Array {
  const buffer = Uint8Array.from(
    { length: sizeBytes + 6 },
    (_, index) => (seed * 31 + index * 7 + (index >> 8)) & 0xff,
  );
  return buffer.subarray(3, sizeBytes + 3);
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
