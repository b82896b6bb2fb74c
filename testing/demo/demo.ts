/** The demonstration: a conversation through a kill and an absence, its delivery compared, and the server searched for plaintext. */
import { trafficViews } from "../capture/trafficViews.ts";
import type { Delivery } from "../support/delivery.ts";
import { addDeliveries, compareDelivery } from "../support/delivery.ts";
import { readTree } from "../support/files.ts";
import { conversationWith, historyOf, textsFrom } from "../support/history.ts";
import type { KeyMaterial } from "../support/keyMaterial.ts";
import { keyMaterialOf } from "../support/keyMaterial.ts";
import type { Finding, Needle } from "../support/needles.ts";
import { findNeedles, textNeedle } from "../support/needles.ts";
import type { RecordedConnection } from "../support/recording.ts";
import { createRecording } from "../support/recording.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import type { World } from "../support/world.ts";
import { openWorld } from "../support/world.ts";
import { play } from "./play.ts";
import type { Person } from "./script.ts";
import { textsOf } from "./script.ts";

export interface DemoResult {
  readonly messages: number;
  readonly delivery: Delivery;
  /** Secrets found where they may not be. */
  readonly findings: readonly Finding[];
  /** What the same search must find, or it could find nothing: public keys at the server, tokens in what clients sent masked. */
  readonly controls: { readonly atServer: number; readonly inMaskedTraffic: number };
  readonly needles: number;
  readonly searchedBytes: number;
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
      ...search(
        world,
        [...keys, ...later],
        places,
        traffic.map(({ place, bytes }) => [place, bytes] as const),
      ),
      capture: recording.connections(),
    };
  } finally {
    await world.close();
  }
}

type Place = readonly [name: string, bytes: Uint8Array];

function search(
  world: World,
  keys: readonly KeyMaterial[],
  kept: readonly Place[],
  traffic: readonly Place[],
): Pick<DemoResult, "findings" | "controls" | "needles" | "searchedBytes"> {
  const secrets: readonly Needle[] = [
    ...PEOPLE.flatMap((person) =>
      textsOf(person).map((text, i) => textNeedle(`text ${i + 1} of ${person}`, text)),
    ),
    ...PEOPLE.map((person) => textNeedle(`${person}'s password`, world.passwordOf(person))),
    ...keys.flatMap((material) => material.secrets),
  ];
  const find = (places: readonly Place[], needles: readonly Needle[]): readonly Finding[] =>
    places.flatMap(([place, bytes]) => findNeedles(place, bytes, needles));
  const tokens = keys.map(({ token }) => token);
  const publicKeys = keys.map(({ leafPublicKey }) => leafPublicKey);
  const places = [...kept, ...traffic];
  return {
    needles: secrets.length + tokens.length,
    searchedBytes: places.reduce((sum, [, bytes]) => sum + bytes.length, 0),
    // The bearer token is told to the server, which may neither keep nor log it.
    findings: [...find(places, secrets), ...find(kept, tokens)],
    controls: {
      atServer: find(kept, publicKeys).length,
      inMaskedTraffic: find(traffic, tokens).filter(({ place }) => place.endsWith("unmasked")).length,
    },
  };
}

/** What `receiver` has of what the script lets `sender` say. */
async function deliveryTo(receiver: RpcClient, sender: RpcClient): Promise<Delivery> {
  const history = await historyOf(receiver, await conversationWith(receiver, sender.name));
  return compareDelivery(textsOf(sender.name as Person), textsFrom(history, sender.name));
}
