/** Attack 24 on stored parts: altered ones load or say that they are damaged. What comes from outside is altered in testing/mutations. */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { seededRandom } from "../provider/seeded.ts";
import { makeDevice } from "../testing/devices.ts";
import type { Peer } from "../testing/peer.ts";
import { addPeer, commitAll, createPeer } from "../testing/peer.ts";
import { createMlsEngine } from "./tsMls.ts";

const MUTATIONS = 200;
const provider = createNobleProvider(seededRandom("fuzz"));
const random = seededRandom(Number(process.env["SEED"] ?? 1));

async function pair(): Promise<[Peer, Peer]> {
  const alice = await createPeer(
    createMlsEngine(provider),
    await makeDevice(provider),
    1,
    idOf<GroupId>(provider.random(16)),
  );
  return [alice, await addPeer([alice], await makeDevice(provider))];
}

/** A flipped bit, a changed, missing or additional byte, a run of noise, a cut, or two of them. */
function mutate(bytes: Uint8Array): Uint8Array {
  const [kind, a, b, c, value] = random(5) as unknown as [number, number, number, number, number];
  const at = ((a << 16) | (b << 8) | c) % bytes.length;
  const copy = bytes.slice();
  switch (kind % 7) {
    case 0:
      copy[at] = (copy[at] as number) ^ (1 << (value & 7));
      return copy;
    case 1:
      copy[at] = (copy[at] as number) ^ (value || 1);
      return copy;
    case 2:
      return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1));
    case 3:
      return Uint8Array.of(...bytes.subarray(0, at), value, ...bytes.subarray(at));
    case 4:
      copy.set(random(Math.min(8, bytes.length - at)), at);
      return copy;
    case 5:
      return bytes.slice(0, at);
    default:
      return mutate(mutate(bytes));
  }
}

function* mutationsOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let made = 0; made < MUTATIONS;) {
    const mutation = mutate(bytes);
    if (mutation.length === bytes.length && mutation.every((byte, i) => byte === bytes[i])) continue;
    made++;
    yield mutation;
  }
}

test("stored parts", async () => {
  const [alice, bob] = await pair();
  await commitAll(alice, [bob]);
  for (const [name, part] of bob.parts) {
    for (const bytes of mutationsOf(part)) {
      // Parts are sealed by the store, so a change that makes sense is none of ours; one that does not must say so.
      const loaded = await bob.engine
        .load(new Map(bob.parts).set(name, bytes))
        .catch((error: unknown) => error);
      if (loaded instanceof Error)
        expect(loaded).toMatchObject({ name: "MlsInputError", code: "damagedState" });
    }
  }
});
