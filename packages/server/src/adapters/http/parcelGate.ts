/**
 * How many parcels are in memory at once, on their way in or out: each is up to a megabyte for as long as the other side takes (BLB-9). Their memory is used again, because a
 * server that allocates a megabyte for each spends most of its time on collecting them.
 */
import { MAX_PARCEL_BYTES } from "@sotto/protocol";

export interface ParcelGate {
  /** Lets one more of the device in, or `undefined` if there are too many. */
  enter(device: string): ParcelSlot | undefined;
}

/** Room for one parcel. */
export interface ParcelSlot {
  /** Memory for so many bytes, not empty; always the same, and of no use to anybody after {@link leave}. */
  bytes(sizeBytes: number): Uint8Array;
  /**
   * It is gone; again: nothing. `done` says that nothing reads or writes the memory any more, so that it may be used again; otherwise it is left to
   * the garbage collector.
   */
  leave(done: boolean): void;
}

/** Together 128 MiB; a device uses what its line carries long before it has so many under way. */
const MAX_PARCELS = 128;
const MAX_PARCELS_OF_DEVICE = 16;
/** Memory that is kept while nobody uses it. */
const MAX_SPARE = 16;

export function createParcelGate(max = MAX_PARCELS, maxOfDevice = MAX_PARCELS_OF_DEVICE): ParcelGate {
  const counts = new Map<string, number>();
  const spare: Uint8Array[] = [];
  let all = 0;

  function takeOff(device: string): void {
    all--;
    const left = (counts.get(device) ?? 1) - 1;
    if (left === 0) counts.delete(device);
    else counts.set(device, left);
  }

  return {
    enter(device) {
      const own = counts.get(device) ?? 0;
      if (all >= max || own >= maxOfDevice) return undefined;
      all++;
      counts.set(device, own + 1);
      let inside = true;
      let memory: Uint8Array | undefined;
      return {
        bytes(sizeBytes) {
          memory ??= spare.pop() ?? new Uint8Array(MAX_PARCEL_BYTES);
          return memory.subarray(0, sizeBytes);
        },
        leave(done) {
          if (!inside) return;
          inside = false;
          takeOff(device);
          if (done && memory !== undefined && spare.length < MAX_SPARE) spare.push(memory);
        },
      };
    },
  };
}
