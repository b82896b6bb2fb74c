/** A worker with a shelf: runs its contract, or holds a file for a test that has several of them. */
import type { TransferId } from "@sotto/protocol";
import { FILE_LEAF_BYTES, countLeaves } from "@sotto/protocol";
import { SHELF_CONTRACT } from "../../../ports/fileShelf.contract.ts";
import type { ShelvedFile } from "../../../ports/fileShelf.ts";
import type { OpfsShelf } from "../opfsShelf.ts";
import { createOpfsShelf } from "../opfsShelf.ts";
import { originFolder } from "../originFolder.ts";

export interface ToShelfWorker {
  readonly call: number;
  readonly name: keyof ShelfWorker;
  readonly args: readonly unknown[];
}

export interface FromShelfWorker {
  readonly call: number;
  /** Or what was thrown, as text. */
  readonly value: unknown;
}

export type ShelfWorker = typeof commands;

const SIZE_BYTES = 4 * FILE_LEAF_BYTES;
const TRANSFER = "0123456789abcdef".repeat(2) as TransferId;
const folder = originFolder(navigator.storage, "shelf");
let shelf: OpfsShelf | undefined;
let file: ShelvedFile;

const commands = {
  /** What the case throws, or null. */
  async runCase(name: string): Promise<null> {
    await folder.erase();
    await SHELF_CONTRACT.find((one) => one.name === name)?.run({
      async openShelf() {
        await shelf?.close();
        shelf = createOpfsShelf(folder);
        return shelf;
      },
    });
    await shelf?.close();
    return null;
  },
  /** Opens the one file of the tests; tells its leaves. */
  async open(): Promise<number> {
    shelf = createOpfsShelf(folder);
    file = await shelf.open(TRANSFER, SIZE_BYTES);
    return countLeaves(file.have);
  },
  async write(leaf: number): Promise<number> {
    await file.write(leaf, new Uint8Array(FILE_LEAF_BYTES + 16).fill(leaf + 1));
    return countLeaves(file.have);
  },
  /** The first byte. */
  read: async (leaf: number) => (await file.read(leaf))[0],
  close: () => shelf?.close(),
  erase: () => folder.erase(),
  /** The bytes that all files have together. */
  async keptBytes(): Promise<number> {
    let sum = 0;
    for (const name of await folder.list()) {
      const kept = await folder.open(name);
      sum += kept.sizeBytes();
      kept.close();
    }
    return sum;
  },
  /** The next write fails as on a full disk. */
  failNextWrite() {
    const handles = (
      globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: { write: unknown } } }
    ).FileSystemSyncAccessHandle.prototype;
    const native = handles.write;
    handles.write = function write() {
      handles.write = native;
      throw new DOMException("no room", "QuotaExceededError");
    };
  },
};

addEventListener("message", ({ data }: MessageEvent<ToShelfWorker>) => void answer(data));

async function answer({ call, name, args }: ToShelfWorker): Promise<void> {
  const command = commands[name] as (...args: readonly unknown[]) => unknown;
  const message: FromShelfWorker = { call, value: await outcome(() => command(...args)) };
  postMessage(message);
}

async function outcome(body: () => unknown): Promise<unknown> {
  try {
    return await body();
  } catch (error) {
    const { problem } = error as { readonly problem?: string };
    return problem ?? String(error);
  }
}
