/** A relay for parcels in a simulated world: durable, sometimes away, slow or full, and sometimes hostile. */
import type { BlobId, GroupId } from "@sotto/protocol";
import { addLeaf, concatBytes, createHave, fileLeafCount, hasLeaf } from "@sotto/protocol";
import type { BlobAnswer, BlobStatus, Blobs } from "sotto/simulation";
import type { Random } from "../sim/random.ts";
import { spoiled } from "./contents.ts";

interface Place {
  readonly maker: string;
  readonly leafCount: number;
  readonly held: Uint8Array;
  readonly parcels: Map<number, Uint8Array>;
}

export interface SimRelay {
  readonly places: Map<BlobId, Place>;
  isAway: boolean;
  isBusy: boolean;
  isFull: boolean;
  /** It changes parcels. */
  isHostile: boolean;
  /** Larger files are refused. */
  maxLeaves: number;
  /** What one device calls. Nothing is answered, and may not be carried out, when `pass` does not resolve. */
  of(device: string, pass: () => Promise<void>, onCall: (call: keyof Blobs) => () => void): Blobs;
}

const DAY_MS = 86_400_000;

export function createSimRelay(random: Random): SimRelay {
  const places = new Map<BlobId, Place>();
  const relay: SimRelay = {
    places,
    isAway: false,
    isBusy: false,
    isFull: false,
    isHostile: false,
    maxLeaves: 1000,
    of(device, pass, onCall) {
      async function carry<T>(call: keyof Blobs, work: () => BlobAnswer<T>): Promise<BlobAnswer<T>> {
        const ended = onCall(call);
        await pass();
        const answer = reached(work);
        await pass();
        ended();
        return answer;
      }
      return {
        create: (blob, _group: GroupId, sizeBytes) =>
          carry("create", () => {
            const leafCount = fileLeafCount(sizeBytes);
            if (leafCount > relay.maxLeaves) return { kind: "refused", code: "tooLarge" };
            if (relay.isFull && !places.has(blob)) return { kind: "refused", code: "quotaExceeded" };
            const place = places.get(blob) ?? {
              maker: device,
              leafCount,
              held: createHave(leafCount),
              parcels: new Map<number, Uint8Array>(),
            };
            places.set(blob, place);
            return { kind: "ok", value: statusOf(place) };
          }),
        status: (blob) =>
          carry("status", () => {
            const place = places.get(blob);
            return place === undefined ? notFound : { kind: "ok", value: statusOf(place) };
          }),
        put: (blob, leaf, sealed, path) =>
          carry("put", () => {
            const place = places.get(blob);
            if (place === undefined) return notFound;
            if (!hasLeaf(place.held, leaf)) place.parcels.set(leaf, concatBytes(sealed, path));
            addLeaf(place.held, leaf);
            return { kind: "ok", value: undefined };
          }),
        get: (blob, leaf) =>
          carry("get", () => {
            const parcel = places.get(blob)?.parcels.get(leaf);
            if (parcel === undefined) return notFound;
            return { kind: "ok", value: relay.isHostile && random.chance(0.3) ? spoiled(parcel) : parcel };
          }),
        done: (blob) =>
          carry("done", () => {
            places.delete(blob);
            return { kind: "ok", value: undefined };
          }),
      };
    },
  };

  /** An answer can be lost after the call was carried out. */
  function reached<T>(work: () => BlobAnswer<T>): BlobAnswer<T> {
    if (relay.isAway) return { kind: "unreachable", reason: "offline" };
    if (relay.isBusy && random.chance(0.5)) return { kind: "refused", code: "slowDown" };
    const answer = work();
    return relay.isBusy && random.chance(0.3) ? { kind: "unreachable", reason: "timeout" } : answer;
  }

  return relay;
}

const notFound = { kind: "refused", code: "notFound" } as const;

function statusOf({ leafCount, held }: Place): BlobStatus {
  return { leafCount, held: held.slice(), expiresAtMs: 30 * DAY_MS };
}
