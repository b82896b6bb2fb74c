/** Files at the relay but for their bytes (BLB). */
import type { BlobId, GroupId } from "@sotto/protocol";
import { fileLeafCount, parseId, toBase64Url } from "@sotto/protocol";
import { BlobFilesError } from "../../../ports/blobFiles.ts";
import type { BlobView } from "../../../ports/requests.ts";
import type { Result } from "../../../ports/result.ts";
import { accepted, refused } from "../../../ports/result.ts";
import type { OutputOf } from "../routeSchemas.ts";
import type { EndpointsOf, Service } from "../service.ts";
import { idOf } from "../wireValues.ts";

export const blobEndpoints: EndpointsOf<"createBlob" | "blobStatus" | "blobDone"> = {
  async createBlob(service, { input, params, caller }) {
    const { executor, blobs, nowMs } = service;
    const blob = blobIn(params);
    if (!blob.ok) return blob;
    if (!blobs.createdByDevice.take(caller.device ?? "", nowMs())) return refused("slowDown");
    return onDisk(async () => {
      const room = (await blobs.files.freeBytes()) - blobs.reserveBytes;
      const found = await executor.execute({
        type: "createBlob",
        session: caller.key,
        blob: blob.value,
        group: idOf<GroupId>(input.group),
        sizeBytes: input.size,
        place: blobs.newPlace(),
        roomBytes: Math.max(0, room),
      });
      return found.ok ? statusOf(service, found.value) : found;
    });
  },

  async blobStatus(service, { params, caller }) {
    const { executor, blobs, nowMs } = service;
    const blob = blobIn(params);
    if (!blob.ok) return blob;
    if (!blobs.requestsByDevice.take(caller.device ?? "", nowMs())) return refused("slowDown");
    const found = await executor.execute({
      type: "findBlob",
      session: caller.key,
      blob: blob.value,
      use: "read",
    });
    return found.ok ? onDisk(() => statusOf(service, found.value)) : found;
  },

  async blobDone({ executor, blobs, nowMs }, { params, caller }) {
    const blob = blobIn(params);
    if (!blob.ok) return blob;
    if (!blobs.requestsByDevice.take(caller.device ?? "", nowMs())) return refused("slowDown");
    return executor.execute({ type: "blobDone", session: caller.key, blob: blob.value });
  },
};

/** The id in the path. Refused: badRequest. */
export function blobIn({ blob }: Readonly<Record<string, string>>): Result<BlobId> {
  const id = parseId<BlobId>(blob ?? "");
  return id === undefined
    ? refused("badRequest", { detail: "a blob's name has 32 hexadecimal characters" })
    : accepted(id);
}

/** Refused with `unavailable` when the disk is full or fails. */
export async function onDisk<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BlobFilesError) return refused("unavailable", { detail: "the server's disk" });
    throw error;
  }
}

async function statusOf(
  { blobs }: Service,
  { place, sizeBytes, expiresAtMs }: BlobView,
): Promise<Result<OutputOf<"blobStatus">>> {
  const held = await blobs.files.held(place, sizeBytes);
  return accepted({
    leafCount: fileLeafCount(sizeBytes),
    held: toBase64Url(held),
    expiresAt: expiresAtMs,
  });
}
