/** Groups for the contract's rules, made by the engine under test. */
import type { GroupId } from "@sotto/protocol";
import { idOf, toHex } from "@sotto/protocol";
import { createNobleProvider } from "../../provider/noble.ts";
import { seededRandom } from "../../provider/seeded.ts";
import { makeDevice } from "../../testing/devices.ts";
import type { Peer } from "../../testing/peer.ts";
import { addPeer, createPeer } from "../../testing/peer.ts";
import type { MlsEngine, SuiteId } from "../port.ts";

export interface ContractWorld {
  readonly suite: SuiteId;
  readonly makeEngine: () => MlsEngine;
  readonly alone: () => Promise<Peer>;
  readonly pair: () => Promise<[Peer, Peer]>;
  readonly trio: () => Promise<[Peer, Peer, Peer]>;
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
  return { suite, makeEngine, alone, pair, trio };
}

/** The peer's epoch, to compare. */
export function authenticatorOf({ engine, group }: Peer): string {
  return toHex(engine.epochAuthenticator(group));
}
