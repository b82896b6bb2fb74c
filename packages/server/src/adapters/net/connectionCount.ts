/** Open connections per address, so that one client cannot take every descriptor. */

export interface ConnectionCount {
  /** Counts one more; false, and nothing counted, when the address has its full number. */
  open(address: string): boolean;
  close(address: string): void;
}

export function createConnectionCount(maxPerAddress: number): ConnectionCount {
  const open = new Map<string, number>();
  return {
    open(address) {
      const count = open.get(address) ?? 0;
      if (count >= maxPerAddress) return false;
      open.set(address, count + 1);
      return true;
    },
    close(address) {
      const count = (open.get(address) ?? 0) - 1;
      if (count > 0) open.set(address, count);
      else open.delete(address);
    },
  };
}
