/** Files that a person gives, with the folders that they lie in. */
import type { GivenFile } from "./attachment.ts";

/** What browsers tell of something dropped; a part of `FileSystemEntry`. */
export interface DroppedEntry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
  file?(found: (file: File) => void, failed: (error: unknown) => void): void;
  createReader?(): {
    readEntries(found: (entries: readonly DroppedEntry[]) => void, failed: (error: unknown) => void): void;
  };
}

export interface Given {
  readonly files: readonly GivenFile[];
  /** Some were left out: there are more than `most`. */
  readonly more: boolean;
}

/** From a field for files; those of a folder tell where they lie in it. */
export function givenByField(list: Iterable<File>, most: number): Given {
  const files = Array.from(list, (file) => ({
    file,
    path: file.webkitRelativePath === "" ? [file.name] : file.webkitRelativePath.split("/"),
  }));
  return { files: files.slice(0, most), more: files.length > most };
}

/** Everything below what was dropped, in the order of names as browsers give them. A folder that cannot be read is left out. */
export async function givenByDrop(entries: readonly DroppedEntry[], most: number): Promise<Given> {
  const files: GivenFile[] = [];
  let more = false;

  async function take(entry: DroppedEntry, folders: readonly string[]): Promise<void> {
    if (more) return;
    const path = [...folders, entry.name];
    if (entry.isFile) {
      const file = await fileOf(entry).catch(() => undefined);
      if (file === undefined) return;
      if (files.length === most) more = true;
      else files.push({ file, path });
    }
    if (entry.isDirectory) for (const inner of await entriesIn(entry)) await take(inner, path);
  }

  for (const entry of entries) await take(entry, []);
  return { files, more };
}

function fileOf(entry: DroppedEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file?.(resolve, reject);
  });
}

/** Browsers give some hundred at a time, and nothing when all have been given. */
async function entriesIn(folder: DroppedEntry): Promise<readonly DroppedEntry[]> {
  const reader = folder.createReader?.();
  const all: DroppedEntry[] = [];
  if (reader === undefined) return all;
  for (;;) {
    const some = await new Promise<readonly DroppedEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    }).catch(() => []);
    if (some.length === 0) return all;
    all.push(...some);
  }
}
