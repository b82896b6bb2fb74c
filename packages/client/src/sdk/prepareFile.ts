/** A file on its way into a message: read once, sealed leaf by leaf onto the shelf, hashed (FIL-3). */
import type { CryptoProvider } from "@sotto/crypto";
import { createFileCipher, createFileKey, createFileTree, sealFileLeaf } from "@sotto/crypto";
import type { FileManifest, TransferId } from "@sotto/protocol";
import {
  FILE_LEAF_BYTES,
  fileLeafCount,
  HASH_BYTES,
  leafContentBytes,
  MAX_FILE_PATH_BYTES,
  MAX_FILE_PATH_PARTS,
  MAX_MEDIA_TYPE_CHARS,
  safeFileName,
  utf8,
} from "@sotto/protocol";
import type { FileContent, FileToSend } from "../api.ts";
import { SottoError } from "../api.ts";
import { FileShelfError } from "../ports/fileShelf.ts";
import { MAX_SENT_FILE_BYTES } from "../transfers/limits.ts";
import type { Shelves } from "../transfers/shelves.ts";
import { sottoError } from "./messages.ts";
import { readAll, sentPicture } from "./sentPicture.ts";

/** Leaves that are sealed and written at a time. */
const AT_ONCE = 3;

export interface PreparedFile {
  readonly manifest: FileManifest;
  /** Of all leaves, one after the other. */
  readonly hashes: Uint8Array;
}

export interface PreparingTools {
  readonly crypto: CryptoProvider;
  readonly shelves: Shelves;
  /** So many bytes more are on the shelf. */
  readonly onBytes: (bytes: number) => void;
  readonly isCancelled: () => boolean;
}

/** Throws `fileTooLarge`; for a whole list before the first is read. */
export function checkSize({ content, path }: FileToSend): void {
  if (content.size > MAX_SENT_FILE_BYTES) throw sottoError("fileTooLarge", path.at(-1));
}

/** Rejects as `Sotto.files.send` does; what lies on the shelf then is the caller's to remove. */
export async function prepareFile(
  tools: PreparingTools,
  transfer: TransferId,
  file: FileToSend,
): Promise<PreparedFile> {
  try {
    const picture = await sentPicture(file);
    const content = picture?.content ?? file.content;
    const key = createFileKey(tools.crypto);
    const sizeBytes = content.size;
    const hashes = await copy(tools, { transfer, key, sizeBytes }, content);
    const manifest: FileManifest = {
      transfer,
      path: safePath(file.path),
      sizeBytes,
      mediaType: picture?.mediaType ?? safeMediaType(file.mediaType),
      modifiedAtMs: safeTime(file.modifiedAtMs),
      key,
      root: createFileTree(tools.crypto, hashes).root,
      picture: picture?.picture ?? null,
    };
    return { manifest, hashes };
  } catch (error) {
    throw reasonOf(error, file);
  }
}

async function copy(
  { crypto, shelves, onBytes, isCancelled }: PreparingTools,
  file: Pick<FileManifest, "transfer" | "key" | "sizeBytes">,
  content: FileContent,
): Promise<Uint8Array> {
  const { transfer, sizeBytes } = file;
  const cipher = createFileCipher(crypto, file);
  const count = fileLeafCount(sizeBytes);
  const hashes = new Uint8Array(count * HASH_BYTES);
  let next = 0;
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    while (next < count && failures.length === 0) {
      if (isCancelled()) throw sottoError("cancelled");
      const leaf = next++;
      const start = leaf * FILE_LEAF_BYTES;
      const bytes = await readAll(content, start, start + leafContentBytes(sizeBytes, leaf));
      const { sealed, hash } = await sealFileLeaf(crypto, cipher, leaf, bytes);
      hashes.set(hash, leaf * HASH_BYTES);
      await shelves.use(transfer, sizeBytes, (shelved) => shelved.write(leaf, sealed));
      onBytes(bytes.length);
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, count) }, () =>
    work().catch((error: unknown) => void failures.push(error)),
  );
  await Promise.all(workers);
  cipher.key.fill(0);
  if (failures.length > 0) throw failures[0];
  if (isCancelled()) throw sottoError("cancelled");
  if (content.size !== sizeBytes) throw sottoError("fileChanged");
  return hashes;
}

function reasonOf(error: unknown, { path }: FileToSend): SottoError {
  if (error instanceof SottoError) return error;
  if (error instanceof FileShelfError)
    return sottoError(error.problem === "full" ? "diskFull" : "storeFailed", undefined, error);
  // What a browser says of a file that was changed or is gone since it was chosen, or may not be read.
  return sottoError("fileUnreadable", path.at(-1), error);
}

/** Each part as it will be saved; outer folders go where there are too many. */
function safePath(path: readonly string[]): readonly string[] {
  const parts = path.map(safeFileName).slice(-MAX_FILE_PATH_PARTS);
  const isLong = (): boolean => parts.reduce((sum, part) => sum + utf8(part).length, 0) > MAX_FILE_PATH_BYTES;
  while (isLong()) parts.shift();
  return parts.length === 0 ? [safeFileName("")] : parts;
}

function safeMediaType(mediaType: string): string {
  const [type = ""] = mediaType.toLowerCase().split(";");
  const plain = type.trim();
  const isType = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/.test(plain);
  return isType && plain.length <= MAX_MEDIA_TYPE_CHARS ? plain : "application/octet-stream";
}

function safeTime(ms: number | null): number | null {
  return ms !== null && Number.isSafeInteger(Math.floor(ms)) && ms >= 0 ? Math.floor(ms) : null;
}
