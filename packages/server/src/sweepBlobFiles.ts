/** Removes bytes of files at the relay that nobody wants any more (BLB-8): at once when the store has forgotten them, and later what a crash has left. */
import type { BlobFiles } from "./ports/blobFiles.ts";
import type { Notice } from "./ports/notices.ts";
import type { RequestExecutor } from "./ports/requestExecutor.ts";

/** Asked in one request, so that no batch is held up for long. */
const PLACES_ASKED = 1000;

/** What fails is found again by {@link sweepBlobFiles}. */
export function removeBlobFiles(files: BlobFiles, notices: readonly Notice[]): void {
  for (const notice of notices)
    if (notice.type === "blobsRemoved")
      for (const place of notice.places) void files.remove(place).catch(() => {});
}

/** Never rejects. A file is made after its row, so one without a row is wanted by nobody. */
export async function sweepBlobFiles(executor: RequestExecutor, files: BlobFiles): Promise<void> {
  const places = await files.list().catch(() => []);
  for (let first = 0; first < places.length; first += PLACES_ASKED) {
    const asked = places.slice(first, first + PLACES_ASKED);
    const unknown = await executor.execute({ type: "unknownBlobPlaces", places: asked });
    if (!unknown.ok) return;
    for (const place of unknown.value.places) await files.remove(place).catch(() => {});
  }
}
