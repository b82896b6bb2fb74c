/**
 * A file from one to the other over a link, in network namespaces: two machines on a segment with the server's.
 *
 * *bare*: a data channel of the same platform, frames as large as ours, sent as the channel has room; from memory to memory. *PeerJS*: sends the same
 * bytes as its documentation says. *ours*: two devices with their stores; from the receiver's asking to the file that is verified and durable on its
 * shelf. Sealing the copy before and saving the content behind are told apart.
 */
import type { Column, Contest, Figures, Peer, Ratio } from "../harness/contest.ts";
import type { FileEnd } from "./ends.ts";
import type { FileWorld, Name, PartyKind, Platform } from "./world.ts";
import { digestOf, openFileWorld } from "./world.ts";

const SIZE_BYTES = 60_000_000;
const OVER_BARE = 0.8;
const OVER_PEERJS = 2;

const NAMES: Readonly<Record<PartyKind, string>> = { bare: "bare channel", peerjs: "PeerJS", ours: "ours" };

/** @param platforms of alice and of bob */
export function pairContest(platforms: readonly [Platform, Platform]): Contest {
  const [ofAlice, ofBob] = platforms;
  const mixed = ofAlice !== ofBob;
  const ways: readonly (readonly [from: Platform, to: Platform])[] = [
    platforms,
    ...(mixed ? [[ofBob, ofAlice] as const] : []),
  ];
  const kinds: readonly PartyKind[] = [
    "bare",
    ...(ofAlice === "Chromium" && !mixed ? (["peerjs"] as const) : []),
    "ours",
  ];
  const rateOf = (way: (typeof ways)[number]): string => way.join(" to ");
  const ratio = (to: PartyKind, atLeast: number): readonly Ratio[] =>
    ways.map((way) => ({
      name: `${rateOf(way)}, over ${NAMES[to]}`,
      column: rateOf(way),
      of: NAMES.ours,
      to: NAMES[to],
      atLeast,
    }));
  return {
    name: `files ${ofAlice.toLowerCase()}-${ofBob.toLowerCase()}`,
    summary: `${SIZE_BYTES / 1e6} MB (10^6 bytes) over a link, from asking until all is there. prepare: sealing the copy, before; save: writing the content, behind.`,
    rounds: 5,
    columns: [
      ...ways.map((way): Column => ({ key: rateOf(way), label: `${rateOf(way)} MB/s`, digits: 1 })),
      { key: "prepareMs", label: "prepare ms", digits: 0 },
      { key: "saveMs", label: "save ms", digits: 0 },
    ],
    peers: kinds.map((kind): Peer => ({
      name: NAMES[kind],
      start: () => startPair(kind, platforms, mixed),
    })),
    ratios: [...ratio("bare", OVER_BARE), ...(kinds.includes("peerjs") ? ratio("peerjs", OVER_PEERJS) : [])],
    bounds: [],
  };
}

/** A world for each pair, with nobody else in it. */
async function startPair(
  kind: PartyKind,
  [ofAlice, ofBob]: readonly [Platform, Platform],
  mixed: boolean,
): ReturnType<Peer["start"]> {
  const files = await openFileWorld();
  try {
    const alice = await files.start(kind, "alice", ofAlice);
    const bob = await files.start(kind, "bob", ofBob);
    await Promise.all([bob.meet("alice", false), alice.meet("bob", true)]);
    return {
      async round() {
        await Promise.all([bob.link(false), alice.link(true)]);
        const there = await pass(files, kind, alice, bob, "bob");
        const figures: Record<string, number> = {
          [`${ofAlice} to ${ofBob}`]: there.rate,
          prepareMs: there.prepareMs,
          saveMs: there.saveMs,
        };
        if (mixed) figures[`${ofBob} to ${ofAlice}`] = (await pass(files, kind, bob, alice, "alice")).rate;
        return figures satisfies Figures;
      },
      async stop() {
        await alice.close();
        await bob.close();
        await files.close();
      },
    };
  } catch (error) {
    await files.close();
    throw error;
  }
}

interface Passed {
  readonly rate: number;
  readonly prepareMs: number;
  readonly saveMs: number;
}

async function pass(
  files: FileWorld,
  kind: PartyKind,
  from: FileEnd,
  to: FileEnd,
  receiver: Name,
): Promise<Passed> {
  const path = await files.fileOf(SIZE_BYTES);
  const { transfer, ms: prepareMs } = await from.offer(path);
  const ms = await to.take(transfer);
  const rate = SIZE_BYTES / 1000 / ms;
  if (kind !== "ours") return { rate, prepareMs, saveMs: 0 };
  const saveMs = await to.save(transfer, files.savedPath(receiver));
  if ((await to.digest(transfer)) !== (await digestOf(path))) throw new Error("another file has come");
  for (const end of [to, from]) await end.forget(transfer);
  return { rate, prepareMs, saveMs };
}
