/**
 * A file by way of the server: up, and down again, in network namespaces, from Node to Node.
 *
 * *plain HTTP*: a server of Node's own that writes to a file with fsync before it answers and reads from it, with TLS as ours; the receiver writes to a
 * file with fsync. *ours*: from the sealed copy on the sender's shelf to the server, and from asking to the file that is verified and durable on the
 * receiver's shelf.
 */
import type { Contest, Peer, RunningPeer } from "../harness/contest.ts";
import type { PlainPair } from "./plainHttp.ts";
import { startPlainPair } from "./plainHttp.ts";
import { digestOf, openFileWorld } from "./world.ts";

const SIZE_BYTES = 60_000_000;
const [PLAIN, OURS] = ["plain HTTP", "ours"] as const;

export const relayed: Contest = {
  name: "files by the relay",
  summary: `${SIZE_BYTES / 1e6} MB (10^6 bytes) up to the server, then down again; MB/s of both together.`,
  rounds: 5,
  columns: [
    { key: "rate", label: "MB/s", digits: 1 },
    { key: "upMs", label: "up ms", digits: 0 },
    { key: "downMs", label: "down ms", digits: 0 },
  ],
  peers: [
    { name: PLAIN, start: startPlain },
    { name: OURS, start: startOurs },
  ],
  ratios: [{ name: "by the relay, over plain HTTP", column: "rate", of: OURS, to: PLAIN, atLeast: 0.6 }],
  bounds: [],
};

async function startPlain(): Promise<RunningPeer> {
  const files = await openFileWorld();
  let pair: PlainPair;
  try {
    pair = await startPlainPair(files.world);
  } catch (error) {
    await files.close();
    throw error;
  }
  return {
    async round() {
      const path = await files.fileOf(SIZE_BYTES);
      const saved = files.savedPath("bob");
      const upMs = await pair.upload(path);
      const downMs = await pair.download(saved);
      if ((await digestOf(saved)) !== (await digestOf(path))) throw new Error("another file has come");
      return figuresOf(upMs, downMs);
    },
    async stop() {
      await pair.close();
      await files.close();
    },
  };
}

async function startOurs(): ReturnType<Peer["start"]> {
  const files = await openFileWorld();
  try {
    const alice = await files.start("ours", "alice", "Node");
    const bob = await files.start("ours", "bob", "Node");
    await Promise.all([bob.meet("alice", false), alice.meet("bob", true)]);
    for (const end of [alice, bob]) await end.relay();
    return {
      async round() {
        const path = await files.fileOf(SIZE_BYTES);
        const { transfer } = await alice.offer(path);
        const upMs = await alice.uploaded(transfer);
        const downMs = await bob.take(transfer);
        if ((await bob.digest(transfer)) !== (await digestOf(path))) throw new Error("another file has come");
        for (const end of [bob, alice]) await end.forget(transfer);
        return figuresOf(upMs, downMs);
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

function figuresOf(upMs: number, downMs: number) {
  return { rate: SIZE_BYTES / 1000 / (upMs + downMs), upMs, downMs };
}
