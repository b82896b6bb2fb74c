/** Open files, at most so many pairs at a time: the one that has been idle longest makes room. */
import type { FileHandle } from "node:fs/promises";

/** Leaves and have bits of one transfer. */
export interface Handles {
  readonly leaves: FileHandle;
  readonly bits: FileHandle;
}

export interface HandlePool {
  /** Runs `act` with the pair of `name`, opened if it is not; it stays open until that is done. Waits while too many are in use. */
  use<T>(name: string, open: () => Promise<Handles>, act: (handles: Handles) => Promise<T>): Promise<T>;
  /** Closes the pair of `name`, which nobody uses. */
  close(name: string): Promise<void>;
}

interface Entry {
  readonly handles: Promise<Handles>;
  users: number;
}

export function createHandlePool(maxPairs: number): HandlePool {
  /** The one used last is last. */
  const entries = new Map<string, Entry>();
  const waiting: (() => void)[] = [];

  return {
    async use(name, open, act) {
      const entry = await enter(name, open);
      try {
        return await act(await entry.handles);
      } finally {
        entry.users--;
        waiting.shift()?.();
      }
    },
    close,
  };

  async function enter(name: string, open: () => Promise<Handles>): Promise<Entry> {
    for (;;) {
      const found = entries.get(name);
      if (found !== undefined || entries.size < maxPairs) return joined(name, found ?? opened(name, open));
      const [idle] = [...entries].find(([, { users }]) => users === 0) ?? [];
      if (idle !== undefined) await close(idle);
      else await new Promise<void>((resolve) => void waiting.push(resolve));
    }
  }

  function joined(name: string, entry: Entry): Entry {
    entry.users++;
    entries.delete(name);
    entries.set(name, entry);
    return entry;
  }

  function opened(name: string, open: () => Promise<Handles>): Entry {
    const entry = { handles: open(), users: 0 };
    // What could not be opened is tried again the next time.
    entry.handles.catch(() => {
      if (entries.get(name) === entry) entries.delete(name);
    });
    return entry;
  }

  async function close(name: string): Promise<void> {
    const entry = entries.get(name);
    if (entry === undefined) return;
    entries.delete(name);
    const handles = await entry.handles.catch(() => undefined);
    await Promise.all([handles?.leaves.close(), handles?.bits.close()]);
  }
}
