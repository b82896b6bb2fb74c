/** Groups for the contract's rules, made by the engine under test. */
import type { GroupId } from "@sotto/protocol";
import { idOf, toHex } from "@sotto/protocol";
import { createNobleProvider } from "../../provider/noble.ts";
import { seededRandom } from "../../provider/seeded.ts";
import { makeDevice } from "../../testing/devices.ts";
import type { Peer } from "../../testing/peer.ts";
import { addPeer, createPeer } from "../../testing/peer.ts";
import type { MlsEngine, SuiteId } from "../port.ts";

/** Members of a group, the creator first. */
interface Peers {
  readonly 1: [Peer];
  readonly 2: [Peer, Peer];
  readonly 3: [Peer, Peer, Peer];
  readonly 4: [Peer, Peer, Peer, Peer];
}

export interface ContractWorld {
  readonly suite: SuiteId;
  readonly makeEngine: () => MlsEngine;
  readonly alone: () => Promise<Peer>;
  readonly pair: () => Promise<[Peer, Peer]>;
  readonly trio: () => Promise<[Peer, Peer, Peer]>;
  /** A group with app data. */
  readonly chartered: <Count extends keyof Peers>(appData: Uint8Array, count: Count) => Promise<Peers[Count]>;
}

/** Keys and ids of the contract's devices. */
export const devices = createNobleProvider(seededRandom("devices of the contract"));

export function contractWorld(suite: SuiteId, makeEngine: () => MlsEngine): ContractWorld {
  const alone = async (): Promise<Peer> =>
    createPeer(makeEngine(), await makeDevice(devices), suite, idOf<GroupId>(devices.random(16)));
  const pair = async (): Promise<[Peer, Peer]> => {
    const alice = await alone();
    return [alice, await addPeer([alice], await makeDevice(devices))];
  };
  const trio = async (): Promise<[Peer, Peer, Peer]> => {
    const [alice, bob] = await pair();
    return [alice, bob, await addPeer([alice, bob], await makeDevice(devices))];
  };
  const chartered = async <Count extends keyof Peers>(
    appData: Uint8Array,
    count: Count,
  ): Promise<Peers[Count]> => {
    const id = idOf<GroupId>(devices.random(16));
    const peers = [await createPeer(makeEngine(), await makeDevice(devices), suite, id, appData)];
    while (peers.length < count) peers.push(await addPeer(peers, await makeDevice(devices)));
    return peers as Peers[Count];
  };
  return { suite, makeEngine, alone, pair, trio, chartered };
}

/** The peer's epoch, to compare. */
export function authenticatorOf({ engine, group }: Peer): string {
  return toHex(engine.epochAuthenticator(group));
}
