/** The demonstration: a conversation through a kill and an absence, its delivery compared, and the server searched for plaintext. */
import { trafficViews } from "../capture/trafficViews.ts";
import type { Delivery } from "../support/delivery.ts";
import { addDeliveries, compareDelivery } from "../support/delivery.ts";
import { readTree } from "../support/files.ts";
import { conversationWith, historyOf, textsFrom } from "../support/history.ts";
import { keyMaterialOf } from "../support/keyMaterial.ts";
import { textNeedle } from "../support/needles.ts";
import type { RecordedConnection } from "../support/recording.ts";
import { createRecording } from "../support/recording.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { openWorld } from "../support/world.ts";
import { play } from "./play.ts";
import type { Person } from "./script.ts";
import { textsOf } from "./script.ts";
import type { Secrecy } from "./secrecy.ts";
import { lookForSecrets } from "./secrecy.ts";

export interface DemoResult extends Secrecy {
  readonly messages: number;
  readonly delivery: Delivery;
  /** All traffic between clients and server. */
  readonly capture: readonly RecordedConnection[];
}

const PEOPLE: readonly Person[] = ["alice", "bob"];

/** Plays and checks the conversation. `onLine` receives the transcript. */
export async function runDemo(onLine: (line: string) => void): Promise<DemoResult> {
  const recording = createRecording();
  const world = await openWorld({ name: "demo", tap: recording });
  try {
    await Promise.all(PEOPLE.map((person) => world.register(person)));
    const keys = await Promise.all(PEOPLE.map((person) => keyMaterialOf(world.homeOf(person), person)));
    const snapshots = new Map<string, Uint8Array>();
    const snapshot = (moment: string): void => {
      for (const [file, bytes] of readTree(world.dataDir)) snapshots.set(`${file} ${moment}`, bytes);
    };
    const cast = await play({ world, onLine, whileServerIsDown: () => snapshot("after the kill") });
    const delivery = addDeliveries(
      await deliveryTo(cast.bob, cast.alice),
      await deliveryTo(cast.alice, cast.bob),
    );
    snapshot("at the end");
    for (const person of PEOPLE) await cast[person].close();
    const later = await Promise.all(PEOPLE.map((person) => keyMaterialOf(world.homeOf(person), person)));
    await world.stopServer();
    snapshot("after the stop");
    const places = [...snapshots, ["log", Buffer.from(world.logs())] as const];
    const traffic = trafficViews(recording.connections());
    return {
      messages: PEOPLE.flatMap(textsOf).length,
      delivery,
      ...lookForSecrets({
        world,
        people: PEOPLE,
        texts: PEOPLE.flatMap((person) =>
          textsOf(person).map((text, i) => textNeedle(`text ${i + 1} of ${person}`, text)),
        ),
        keys: [...keys, ...later],
        kept: places,
        traffic: traffic.map(({ place, bytes }) => [place, bytes] as const),
      }),
      capture: recording.connections(),
    };
  } finally {
    await world.close();
  }
}

/** What `receiver` has of what the script lets `sender` say. */
async function deliveryTo(receiver: RpcClient, sender: RpcClient): Promise<Delivery> {
  const history = await historyOf(receiver, await conversationWith(receiver, sender.name));
  return compareDelivery(textsOf(sender.name as Person), textsFrom(history, sender.name));
}
