/** The data directory and the secrets in it: made when missing, owned by one process, unusable ones refused with a sentence. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DiskBlobFilesOptions } from "./adapters/files/blobs/diskBlobFiles.ts";
import { openDiskBlobFiles } from "./adapters/files/blobs/diskBlobFiles.ts";
import { lockDataDir } from "./adapters/files/dataDirLock.ts";
import type { SecretFault } from "./adapters/files/secretFault.ts";
import { secretFault } from "./adapters/files/secretFault.ts";
import { readOrCreateSecret } from "./adapters/files/secretFile.ts";
import type { OpaqueServer } from "./adapters/opaque/opaqueServer.ts";
import { createOpaqueServer, createOpaqueSetup, OPAQUE_SETUP_BYTES } from "./adapters/opaque/opaqueServer.ts";
import type { BlobFiles } from "./ports/blobFiles.ts";
import { StartError, systemCode } from "./startError.ts";

/** Names of the files that a backup must hold: without the secret nobody can log in again. */
export const DATABASE_FILE = "sotto.db";
export const OPAQUE_SETUP_FILE = "opaque-server-setup";
/** Folder of the files at the relay. */
const BLOBS_DIR = "blobs";

/** Makes the directory and takes its lock; returns what releases it. Throws {@link StartError}. */
export function openDataDir(dir: string): () => void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const lock = lockDataDir(dir);
    if (lock.locked) return lock.release;
    const owner = lock.pid === undefined ? "Another process" : `Process ${lock.pid}`;
    throw new StartError("locked", `${owner} is using ${dir}: stop it first, or choose another dataDir.`);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError("dataDir", `The directory ${dir} cannot be written (${reasonOf(error)}).`, {
      cause: error,
    });
  }
}

/** The files at the relay. Throws {@link StartError}. */
export async function openBlobFiles(
  dir: string,
  options: Pick<DiskBlobFilesOptions, "nowMs" | "onError">,
): Promise<BlobFiles> {
  const blobsDir = join(dir, BLOBS_DIR);
  try {
    return await openDiskBlobFiles({ ...options, dir: blobsDir });
  } catch (error) {
    throw new StartError("dataDir", `The directory ${blobsDir} cannot be written (${reasonOf(error)}).`, {
      cause: error,
    });
  }
}

/** OPAQUE under the server's own secret, which is made at the first start. Throws {@link StartError}. */
export async function openOpaque(dir: string): Promise<OpaqueServer> {
  const file = join(dir, OPAQUE_SETUP_FILE);
  let setup: string;
  try {
    setup = await readOrCreateSecret(file, createOpaqueSetup);
  } catch (error) {
    throw new StartError("secret", `${file} cannot be read (${systemCode(error)}).`, { cause: error });
  }
  const fault = secretFault(file, setup, OPAQUE_SETUP_BYTES);
  const opaque = fault === undefined ? await createOpaqueServer(setup) : undefined;
  if (opaque === undefined) throw new StartError("secret", secretSentence(file, fault ?? "size"));
  return opaque;
}

function secretSentence(file: string, fault: SecretFault): string {
  switch (fault) {
    case "exposed":
      return `${file} is a secret that others than its owner can read: run chmod 600 on it, and start anew without it if somebody may have.`;
    case "size":
      return `${file} is damaged: restore it from a backup, because no login works without it.`;
    case "sample":
      return `${file} holds a sample or typed text and no secret that a server has made: restore it from a backup, or delete it if there are no accounts yet.`;
  }
}

/** SQLite says in words why it cannot open a file, the system in a code. */
function reasonOf(error: unknown): string {
  return systemCode(error) === "ERR_SQLITE_ERROR" && error instanceof Error
    ? error.message
    : systemCode(error);
}
