/** Archives as files of this machine: one that is written is new and its owner's alone, one that is read is read by its parts. */
import { open, unlink } from "node:fs/promises";
import type { FileContent } from "sotto";
import { CommandError } from "./problems.ts";

const OWNER_ONLY = 0o600;

/** Writes the chunks to a new file and to the disk; returns their bytes. What could not be written whole is removed again. */
export async function writeArchive(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, "wx", OWNER_ONLY).catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code !== "EEXIST") throw error;
    throw new CommandError("fileExists", `There is a file ${path} already. Name one that is not there yet.`);
  });
  let sizeBytes = 0;
  try {
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      sizeBytes += chunk.length;
    }
    await file.sync();
  } catch (error) {
    await file.close();
    await unlink(path);
    throw error;
  }
  await file.close();
  return sizeBytes;
}

/** Runs `work` with the file, which is closed after it. */
export async function withArchive<T>(path: string, work: (file: FileContent) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return await work({
      size,
      slice: (start, end) => ({
        async arrayBuffer() {
          const buffer = new ArrayBuffer(Math.max(0, Math.min(end, size) - start));
          const { bytesRead } = await file.read(new Uint8Array(buffer), 0, buffer.byteLength, start);
          return buffer.slice(0, bytesRead);
        },
      }),
    });
  } finally {
    await file.close();
  }
}
