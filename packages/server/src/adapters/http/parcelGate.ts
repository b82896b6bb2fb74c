/** How many parcels are in memory at once, on their way in or out: each is up to a megabyte for as long as the other side takes (BLB-9). */

export interface ParcelGate {
  /** Lets one more of the device in; returns what to call when it is gone, once or more often, or `undefined` if there are too many. */
  enter(device: string): (() => void) | undefined;
}

/** Together 128 MiB; a device uses what its line carries long before it has so many under way. */
const MAX_PARCELS = 128;
const MAX_PARCELS_OF_DEVICE = 16;

export function createParcelGate(max = MAX_PARCELS, maxOfDevice = MAX_PARCELS_OF_DEVICE): ParcelGate {
  const counts = new Map<string, number>();
  let all = 0;
  return {
    enter(device) {
      const own = counts.get(device) ?? 0;
      if (all >= max || own >= maxOfDevice) return undefined;
      all++;
      counts.set(device, own + 1);
      let inside = true;
      return () => {
        if (!inside) return;
        inside = false;
        all--;
        const left = (counts.get(device) ?? 1) - 1;
        if (left === 0) counts.delete(device);
        else counts.set(device, left);
      };
    },
  };
}
