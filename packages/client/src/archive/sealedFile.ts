/** Archives as files: plain lines, or the same lines sealed under a passphrase (ARC-4). A file is read by its parts, as often as needed. */
import type { CryptoProvider } from "@sotto/crypto";
import {
  ARCHIVE_CHUNK_BYTES,
  ARCHIVE_SALT_BYTES,
  ARCHIVE_TAG_BYTES,
  deriveArchiveKey,
  openArchiveChunk,
  sealArchiveChunk,
} from "@sotto/crypto";
import { concatBytes, fromHex, fromUtf8, toHex, utf8 } from "@sotto/protocol";
import type { FileContent } from "../api.ts";
import { sottoError } from "../sdk/messages.ts";
import { SEALED_FORMAT, isSealedFile } from "./isSealedFile.ts";

const SEALED_VERSION = 1;
/** Exactly as it is written, so that no two first lines mean the same. */
const FIRST_LINE = new RegExp(
  `^\\{"format":"${SEALED_FORMAT}","version":([0-9]{1,6}),"salt":"([0-9a-f]{${2 * ARCHIVE_SALT_BYTES}})"\\}\\n`,
);
const FIRST_LINE_BYTES = firstLineOf(new Uint8Array(ARCHIVE_SALT_BYTES)).length;
/** Read at once of a plain archive. */
const PART_BYTES = 256 * 1024;

/** The lines of an archive, as bytes. */
export type ArchiveBytes = () => AsyncIterable<Uint8Array>;

/** The bytes of the lines in a file. Rejects with `archiveLocked` when it is sealed and the passphrase is missing or does not fit. */
export async function openArchiveFile(
  crypto: CryptoProvider,
  file: FileContent,
  passphrase: string | undefined,
): Promise<ArchiveBytes> {
  if (!(await isSealedFile(file))) return () => partsOf(file);
  const firstLine = await partOf(file, 0, FIRST_LINE_BYTES);
  const [, version, salt] = FIRST_LINE.exec(fromUtf8(firstLine) ?? "") ?? [];
  if (salt === undefined) throw sottoError("archiveDamaged", "its first line");
  if (Number(version) !== SEALED_VERSION) throw sottoError("archiveNewer");
  if (passphrase === undefined) throw sottoError("archiveLocked");
  const saltBytes = fromHex(salt) ?? new Uint8Array();
  const key = await deriveArchiveKey(crypto, passphrase, saltBytes, firstLine);
  return () => openedChunks(crypto, file, key);
}

async function* partsOf(file: FileContent): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += PART_BYTES) yield partOf(file, at, PART_BYTES);
}

async function* openedChunks(
  crypto: CryptoProvider,
  file: FileContent,
  key: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const sealedBytes = ARCHIVE_CHUNK_BYTES + ARCHIVE_TAG_BYTES;
  let index = 0;
  for (let at = FIRST_LINE_BYTES; ; at += sealedBytes) {
    const isLast = at + sealedBytes >= file.size;
    const chunk = await openArchiveChunk(crypto, key, index, isLast, await partOf(file, at, sealedBytes));
    if (chunk === undefined) {
      if (index === 0) throw sottoError("archiveLocked");
      throw sottoError("archiveDamaged", `chunk ${index}`);
    }
    yield chunk;
    if (isLast) return;
    index++;
  }
}

async function partOf(file: FileContent, at: number, sizeBytes: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(at, at + sizeBytes).arrayBuffer());
}

/** The lines in chunks of a convenient size. */
export async function* inChunks(lines: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const line of lines) {
    waiting.push(line);
    size += line.length;
    if (size < ARCHIVE_CHUNK_BYTES) continue;
    yield concatBytes(...waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield concatBytes(...waiting);
}

/** The lines sealed under the passphrase. */
export async function* sealArchive(
  crypto: CryptoProvider,
  passphrase: string,
  lines: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const salt = crypto.random(ARCHIVE_SALT_BYTES);
  const firstLine = firstLineOf(salt);
  const key = await deriveArchiveKey(crypto, passphrase, salt, firstLine);
  yield firstLine;
  let waiting: Uint8Array = new Uint8Array(0);
  let index = 0;
  for await (const chunk of inChunks(lines)) {
    waiting = concatBytes(waiting, chunk);
    // One byte more than a chunk shows that it is not the last.
    while (waiting.length > ARCHIVE_CHUNK_BYTES) {
      yield sealArchiveChunk(crypto, key, index++, false, waiting.subarray(0, ARCHIVE_CHUNK_BYTES));
      waiting = waiting.subarray(ARCHIVE_CHUNK_BYTES);
    }
  }
  yield sealArchiveChunk(crypto, key, index, true, waiting);
}

function firstLineOf(salt: Uint8Array): Uint8Array {
  return utf8(`${JSON.stringify({ format: SEALED_FORMAT, version: SEALED_VERSION, salt: toHex(salt) })}\n`);
}
