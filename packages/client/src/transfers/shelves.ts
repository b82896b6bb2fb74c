/** Files of the shelf that are open: a few, each once, and none while it is removed. */
import type { TransferId } from "@sotto/protocol";
import type { FileShelf, ShelvedFile } from "../ports/fileShelf.ts";

/** Files that stay open between uses. */
const MAX_OPEN = 16;

export interface Shelves {
  /** Waits for a removal under way. Rejects as the shelf does. */
  use<T>(transfer: TransferId, sizeBytes: number, work: (file: ShelvedFile) => Promise<T>): Promise<T>;
  /** Once nobody uses it. */
  remove(transfer: TransferId): Promise<void>;
  /** Once nobody uses any. */
  close(): Promise<void>;
}

interface Place {
  readonly file: Promise<ShelvedFile>;
  readonly users: Set<Promise<unknown>>;
}

export function createShelves(shelf: FileShelf): Shelves {
  /** The one used last is last. */
  const places = new Map<TransferId, Place>();
  const leaving = new Map<TransferId, Promise<unknown>>();

  async function use<T>(
    transfer: TransferId,
    sizeBytes: number,
    work: (file: ShelvedFile) => Promise<T>,
  ): Promise<T> {
    for (let busy = leaving.get(transfer); busy !== undefined; busy = leaving.get(transfer)) await busy;
    const place = places.get(transfer) ?? { file: shelf.open(transfer, sizeBytes), users: new Set() };
    places.delete(transfer);
    places.set(transfer, place);
    const using = place.file.then(work);
    const settled = using.then(ignore, ignore);
    place.users.add(settled);
    try {
      return await using;
    } catch (error) {
      // One that could not be opened is no place.
      await place.file.catch(() => {
        if (places.get(transfer) === place) places.delete(transfer);
      });
      throw error;
    } finally {
      place.users.delete(settled);
      closeOldest();
    }
  }

  function closeOldest(): void {
    for (const [transfer, place] of places) {
      if (places.size <= MAX_OPEN) return;
      if (place.users.size === 0) void leave(transfer, ignore);
    }
  }

  /** Takes the place away, and does something when it is closed. */
  function leave(transfer: TransferId, then: () => Promise<void> | void): Promise<void> {
    const place = places.get(transfer);
    places.delete(transfer);
    const before = leaving.get(transfer);
    const left = (async () => {
      await before;
      if (place !== undefined) {
        await Promise.all(place.users);
        await place.file.then(
          (file) => file.close(),
          () => {},
        );
      }
      await then();
    })();
    const settled = left.then(ignore, ignore);
    leaving.set(transfer, settled);
    void settled.finally(() => {
      if (leaving.get(transfer) === settled) leaving.delete(transfer);
    });
    return left;
  }

  return {
    use,
    remove: (transfer) => leave(transfer, () => shelf.remove(transfer)),
    async close() {
      await Promise.all([...places.keys()].map((transfer) => leave(transfer, ignore).catch(ignore)));
      await Promise.all(leaving.values());
    },
  };
}

function ignore(): void {}
