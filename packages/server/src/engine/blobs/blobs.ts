/** Who may make, write, read and take away a file at the relay (BLB-3 to BLB-7). The bytes are none of the rules' business. */
import { fileStreamBytes } from "@sotto/protocol";
import type { BlobId } from "@sotto/protocol";
import type { BlobRecord, DeviceRecord } from "../../ports/records.ts";
import type {
  BlobDoneRequest,
  BlobView,
  CreateBlobRequest,
  Done,
  FindBlobRequest,
  UnknownBlobPlacesRequest,
  RequestValues,
} from "../../ports/requests.ts";
import type { Accepted, Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { readerDone, removeBlobs } from "./removal.ts";

const DAY_MS = 24 * 3_600_000;

/** A blob is waited for by the devices that are on the delivery list now, and no others: who comes later was not told of the file. */
export function createBlob(tx: StoreTx, request: CreateBlobRequest, context: RuleContext): Result<BlobView> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const maker = authorised.value;
  const group = tx.group(request.group);
  const list = group === undefined ? [] : tx.recipients(group.group).map(({ mailbox }) => mailbox);
  if (group === undefined || !list.includes(maker.mailbox)) return refused("notMember");
  if (group.state !== "open") return refused("notAccepted");
  const existing = livingBlob(tx, request.blob, context);
  if (existing !== undefined) return sameBlob(existing, request, maker);
  const readers = list.filter((mailbox) => mailbox !== maker.mailbox);
  if (readers.length === 0) return refused("forbidden", { detail: "the group has no other device" });
  const room = judgeRoom(tx, request, maker, context);
  if (!room.ok) return room;

  const expired = tx.blob(request.blob);
  if (expired !== undefined) removeBlobs(tx, [expired], context);
  const record: BlobRecord = {
    blob: request.blob,
    group: group.group,
    account: maker.account,
    maker: maker.mailbox,
    sizeBytes: request.sizeBytes,
    place: request.place,
    expiresAtMs: context.nowMs + context.settings.fileRetentionDays * DAY_MS,
  };
  tx.insertBlob(record, readers);
  return accepted(viewOf(record));
}

/** The blob for the maker to write to, or for a device of the group to read. */
export function findBlob(tx: StoreTx, request: FindBlobRequest, context: RuleContext): Result<BlobView> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { mailbox } = authorised.value;
  const blob = livingBlob(tx, request.blob, context);
  // A stranger is not told that there is one.
  if (blob === undefined || !isOnList(tx, blob, mailbox)) return refused("notFound");
  if (request.use === "read") return accepted(viewOf(blob));
  if (blob.maker !== mailbox) return refused("forbidden", { detail: "another device made it" });
  return tx.group(blob.group)?.state === "open" ? accepted(viewOf(blob)) : refused("notAccepted");
}

/** Never tells whether there was one. */
export function blobDone(tx: StoreTx, request: BlobDoneRequest, context: RuleContext): Result<Done> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { mailbox } = authorised.value;
  const blob = tx.blob(request.blob);
  if (blob === undefined) return accepted({});
  if (blob.maker === mailbox) removeBlobs(tx, [blob], context);
  // Of one that is not waited for it changes nothing.
  else readerDone(tx, blob, mailbox, context);
  return accepted({});
}

/** Which of the places belong to no blob: files that a crash left behind. */
export function unknownBlobPlaces(
  tx: StoreTx,
  { places }: UnknownBlobPlacesRequest,
): Accepted<RequestValues["unknownBlobPlaces"]> {
  return accepted({ places: places.filter((place) => !tx.hasBlobPlace(place)) });
}

/** Past its time a blob is gone, also before it is swept. */
function livingBlob(tx: StoreTx, id: BlobId, { nowMs }: RuleContext): BlobRecord | undefined {
  const blob = tx.blob(id);
  return blob === undefined || blob.expiresAtMs <= nowMs ? undefined : blob;
}

function isOnList(tx: StoreTx, { group }: BlobRecord, mailbox: DeviceRecord["mailbox"]): boolean {
  return tx.recipients(group).some((recipient) => recipient.mailbox === mailbox);
}

function sameBlob(
  blob: BlobRecord,
  { group, sizeBytes }: CreateBlobRequest,
  { mailbox }: DeviceRecord,
): Result<BlobView> {
  const same = blob.maker === mailbox && blob.group === group && blob.sizeBytes === sizeBytes;
  return same ? accepted(viewOf(blob)) : refused("conflict", { detail: "the name is in use" });
}

/** BLB-7. */
function judgeRoom(
  tx: StoreTx,
  { sizeBytes, roomBytes }: CreateBlobRequest,
  { account }: DeviceRecord,
  { settings }: RuleContext,
): Result<Done> {
  if (sizeBytes > settings.fileMaxBytes) return refused("tooLarge");
  if (fileStreamBytes(sizeBytes) !== sizeBytes) return refused("badRequest", { detail: "not a padded size" });
  const used = tx.blobUsage(account);
  if (used.blobs >= settings.filesPerAccount || used.bytes + sizeBytes > settings.fileBytesPerAccount)
    return refused("quotaExceeded");
  return sizeBytes > roomBytes || tx.blobBytes() + sizeBytes > settings.fileBytesTotal
    ? refused("unavailable", { detail: "the server has no room for files" })
    : accepted({});
}

function viewOf({ place, sizeBytes, expiresAtMs }: BlobRecord): BlobView {
  return { place, sizeBytes, expiresAtMs };
}
