/** A group that the library's tree check takes for broken (MLS defect 2). */
import type { GroupId } from "@sotto/protocol";
import { idOf } from "@sotto/protocol";
import type { MlsEngine } from "../mls/port.ts";
import type { CryptoProvider } from "../provider/port.ts";
import { makeDevice } from "./devices.ts";
import type { Peer } from "./peer.ts";
import { addPeer, bundleFor, commitAll, createPeer, joinPeer } from "./peer.ts";

/**
 * Five members; leaf 1 is removed by leaf 0, whose path fills the parent of leaves 0 to 3 and the root. Leaf 4 adds another device at leaf 1:
 * the parent, node 3, lists it as unmerged, and the root, node 7, which leaf 4's path renews, does not. Returns leaf 0 and the last joiner.
 */
export async function mergedBelow(
  engine: MlsEngine,
  provider: CryptoProvider,
): Promise<readonly [Peer, Peer]> {
  const group = idOf<GroupId>(provider.random(16));
  const first = await createPeer(engine, await makeDevice(provider), 1, group);
  const bundles = [];
  for (let i = 0; i < 3; i++) bundles.push(await bundleFor(engine, await makeDevice(provider), 1));
  const last = await makeDevice(provider);
  const lastBundle = await bundleFor(engine, last, 1);
  const add = [...bundles, lastBundle].map(({ publicBytes }) => publicBytes);
  const { welcome } = await commitAll(first, [], { add });
  const adder = await joinPeer(engine, last, 1, welcome, lastBundle);
  await commitAll(first, [adder], { remove: [1] });
  return [first, await addPeer([adder, first], await makeDevice(provider))];
}
