/**
 * The shelf of a home folder. A leaf is durable before its bit is written, so whatever a crash leaves behind, a bit that is set has its leaf. Of
 * all files together some 32 are open at a time.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { TransferId } from "@sotto/protocol";
import { parseId } from "@sotto/protocol";
import type { FileShelf, ShelvedFile } from "../../ports/fileShelf.ts";
import { FileShelfError } from "../../ports/fileShelf.ts";
import type { Handles } from "./handlePool.ts";
import { createHandlePool } from "./handlePool.ts";
import { shelfErrorOf } from "./shelfErrors.ts";
import { makeShelfFiles, openShelfFiles, removeShelfFiles } from "./shelfFiles.ts";
import { createShelvedFile } from "./shelvedFile.ts";

/** Two handles each. */
const MAX_OPEN_TRANSFERS = 16;

/** The folder is made when something is put there, readable by its owner alone. */
export function createNodeShelf(dir: string): FileShelf {
  const pool = createHandlePool(MAX_OPEN_TRANSFERS);
  const open = new Set<TransferId>();
  return {
    async open(transfer, sizeBytes) {
      const place = placeOf(transfer);
      if (open.has(transfer)) throw new FileShelfError("failed", `${place} is open already.`);
      open.add(transfer);
      try {
        return await shelved(transfer, sizeBytes);
      } catch (error) {
        open.delete(transfer);
        throw shelfErrorOf(error, place);
      }
    },
    async remove(transfer) {
      const place = placeOf(transfer);
      if (open.has(transfer)) throw new FileShelfError("failed", `${place} is open.`);
      await removeShelfFiles(dir, transfer).catch((error: unknown) => {
        throw shelfErrorOf(error, place);
      });
    },
    async list() {
      const names = await readdir(dir).catch((error: unknown) => {
        const asShelfError = shelfErrorOf(error, dir);
        if (asShelfError.problem === "missing") return [];
        throw asShelfError;
      });
      const ids = names.map((name) => parseId<TransferId>(name.replace(/\.have$/, "")));
      return [...new Set(ids.filter((id) => id !== undefined))];
    },
  };

  async function shelved(transfer: TransferId, sizeBytes: number): Promise<ShelvedFile> {
    let have: Uint8Array | undefined;
    const make = async (): Promise<Handles> => {
      const made = await makeShelfFiles(dir, transfer, sizeBytes);
      have = made.have;
      return made.handles;
    };
    await pool.use(transfer, make, async () => {});
    if (have === undefined) throw new FileShelfError("failed", `${placeOf(transfer)} is in use.`);
    return createShelvedFile({
      sizeBytes,
      have,
      place: placeOf(transfer),
      use: (act) => pool.use(transfer, () => openShelfFiles(dir, transfer), act),
      async close() {
        await pool.close(transfer);
        open.delete(transfer);
      },
    });
  }

  /** Named in errors, and checked: an id becomes a name in the folder. */
  function placeOf(transfer: TransferId): string {
    if (parseId(transfer) === undefined) throw new FileShelfError("failed", "This is no transfer's id.");
    return join(dir, transfer);
  }
}
