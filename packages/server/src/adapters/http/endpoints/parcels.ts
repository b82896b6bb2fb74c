/** The bytes of files at the relay, one parcel at a time (BLB-4, BLB-5, BLB-9). */
import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileLeafCount, MAX_FILE_LEAVES, parcelBytes } from "@sotto/protocol";
import type { BlobView, Done } from "../../../ports/requests.ts";
import type { Result } from "../../../ports/result.ts";
import { accepted, refused } from "../../../ports/result.ts";
import type { Session } from "../access.ts";
import { readExactly } from "../readBody.ts";
import type { EndpointsOf, Service } from "../service.ts";
import { blobIn, onDisk } from "./blobs.ts";

type Params = Readonly<Record<string, string>>;

/** As long as a parcel may take on its way in. */
const SENDING_TIMEOUT_MS = 60_000;

/** Takes a parcel from the blob's maker; durable when answered. */
export async function putParcel(
  service: Service,
  caller: Session,
  params: Params,
  request: IncomingMessage,
): Promise<Result<Done>> {
  const { files, gate, reserveBytes } = service.blobs;
  const found = await find(service, caller, params, "write");
  if (!found.ok) return found;
  const { place, sizeBytes, leaf } = found.value;
  const slot = gate.enter(caller.device ?? "");
  if (slot === undefined) return refused("slowDown");
  try {
    const parcel = await readExactly(request, slot.bytes(parcelBytes(sizeBytes, leaf)));
    if (!parcel.ok) return parcel;
    return await onDisk(async () => {
      if ((await files.freeBytes()) < reserveBytes)
        return refused("unavailable", { detail: "the server's disk is full" });
      await files.write(place, sizeBytes, leaf, parcel.value);
      return accepted({});
    });
  } finally {
    slot.leave(true);
  }
}

/** A parcel, from the byte on that `range` names; in memory that is its own until the response has gone. */
export interface ParcelPart {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly of: number;
}

/** A parcel for a device of the group. */
export async function getParcel(
  service: Service,
  caller: Session,
  params: Params,
  range: string | undefined,
  response: ServerResponse,
): Promise<Result<ParcelPart>> {
  const { files, gate } = service.blobs;
  const found = await find(service, caller, params, "read");
  if (!found.ok) return found;
  const { place, sizeBytes, leaf } = found.value;
  const slot = gate.enter(caller.device ?? "");
  if (slot === undefined) return refused("slowDown");
  // Who has gone already closes no more.
  if (response.closed) {
    slot.leave(true);
    return refused("unavailable");
  }
  const patience = setTimeout(() => response.destroy(), SENDING_TIMEOUT_MS);
  response.once("close", () => {
    clearTimeout(patience);
    slot.leave(response.writableFinished);
  });
  return onDisk(async () => {
    const parcel = slot.bytes(parcelBytes(sizeBytes, leaf));
    if (!(await files.read(place, sizeBytes, leaf, parcel))) return refused("notFound");
    const from = firstByteOf(range, parcel.length);
    return accepted({ bytes: parcel.subarray(from), from, of: parcel.length });
  });
}

/** The rest of a parcel is what can be asked for; any other range is answered with all of it, as RFC 9110 §14.2 allows. */
function firstByteOf(range: string | undefined, sizeBytes: number): number {
  const first = Number(/^bytes=(\d{1,7})-$/.exec(range ?? "")?.[1] ?? 0);
  return first < sizeBytes ? first : 0;
}

export const parcelEndpoints: EndpointsOf<"keepParcel"> = {
  /** A parcel that has come and was not answered, if it lies on the disk as its maker says (BLB-10). */
  async keepParcel(service, { input, params, caller }) {
    const { files, gate } = service.blobs;
    const found = await find(service, caller, params, "write");
    if (!found.ok) return found;
    const { place, sizeBytes, leaf } = found.value;
    const slot = gate.enter(caller.device ?? "");
    if (slot === undefined) return refused("slowDown");
    try {
      const isSame = (parcel: Uint8Array): boolean => hash("sha256", parcel, "base64url") === input.sha256;
      const room = slot.bytes(parcelBytes(sizeBytes, leaf));
      return await onDisk(async () =>
        accepted({ kept: await files.keep(place, sizeBytes, leaf, room, isSame) }),
      );
    } finally {
      slot.leave(true);
    }
  },
};

async function find(
  { executor, blobs, nowMs }: Service,
  caller: Session,
  params: Params,
  use: "read" | "write",
): Promise<Result<BlobView & { readonly leaf: number }>> {
  const blob = blobIn(params);
  if (!blob.ok) return blob;
  const leaf = leafIn(params);
  if (leaf === undefined) return refused("badRequest", { detail: "not the number of a leaf" });
  if (!blobs.requestsByDevice.take(caller.device ?? "", nowMs())) return refused("slowDown");
  const found = await executor.execute({ type: "findBlob", session: caller.key, blob: blob.value, use });
  if (!found.ok) return found;
  return leaf < fileLeafCount(found.value.sizeBytes)
    ? accepted({ ...found.value, leaf })
    : refused("badRequest", { detail: "the file has no such leaf" });
}

/** In the one form that it is written in. */
function leafIn({ leaf = "" }: Params): number | undefined {
  return /^(0|[1-9]\d{0,4})$/.test(leaf) && Number(leaf) < MAX_FILE_LEAVES ? Number(leaf) : undefined;
}
