/** An {@link OriginFolder} in memory that knows what is durable, and fails when it is told to. */
import { FileShelfError } from "../../../ports/fileShelf.ts";
import type { OriginFolder, SyncFile } from "../originFolder.ts";

interface Kept {
  now: Uint8Array;
  durable: Uint8Array;
}

export interface MemoryFolder extends OriginFolder {
  /** What was done to the files, in order: "write NAME", "flush NAME". */
  readonly done: string[];
  /** The next one of these fails, as on a full disk. */
  failing: string | undefined;
  /** The machine stops: what was not flushed is gone. */
  crash(): void;
}

export function createMemoryFolder(): MemoryFolder {
  const files = new Map<string, Kept>();
  const folder: MemoryFolder = {
    done: [],
    failing: undefined,
    async open(name) {
      const kept = files.get(name) ?? { now: new Uint8Array(), durable: new Uint8Array() };
      files.set(name, kept);
      return openKept(kept, (what) => act(`${what} ${name}`));
    },
    async remove(name) {
      files.delete(name);
    },
    list: async () => [...files.keys()],
    async erase() {
      files.clear();
    },
    crash() {
      for (const kept of files.values()) kept.now = kept.durable.slice();
    },
  };
  return folder;

  function act(what: string): void {
    folder.done.push(what);
    if (folder.failing !== what) return;
    folder.failing = undefined;
    throw new FileShelfError("full", "no room");
  }
}

function openKept(kept: Kept, act: (what: string) => void): SyncFile {
  return {
    read: (at, length) => kept.now.slice(at, at + length),
    readAll: () => kept.now.slice(),
    sizeBytes: () => kept.now.length,
    empty() {
      kept.now = new Uint8Array();
    },
    write(bytes, at) {
      act("write");
      const next = new Uint8Array(Math.max(kept.now.length, at + bytes.length));
      next.set(kept.now);
      next.set(bytes, at);
      kept.now = next;
    },
    flush() {
      act("flush");
      kept.durable = kept.now.slice();
    },
    close() {},
  };
}
