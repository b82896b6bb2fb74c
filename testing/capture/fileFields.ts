/** What travels of files at the relay: parcels and bitmaps. See docs/protocol/blobs.md. */
import { FILE_LEAF_BYTES, FILE_TAG_BYTES, HASH_BYTES, MIN_FILE_STREAM_BYTES } from "@sotto/protocol";
import type { FieldReader } from "./fieldReader.ts";
import { Undocumented } from "./fieldReader.ts";

const SEALED_LEAF_BYTES = FILE_LEAF_BYTES + FILE_TAG_BYTES;

/** FIL-6: of a last leaf that is not full nothing tells where the path begins but the size of the file. */
export function parcel(reader: FieldReader): void {
  const path = reader.left - SEALED_LEAF_BYTES;
  if (reader.left < MIN_FILE_STREAM_BYTES + FILE_TAG_BYTES) throw new Undocumented("a parcel is too short");
  if (path < 0) return void reader.take("parcel: sealed leaf, audit path", reader.left);
  if (path % HASH_BYTES !== 0) throw new Undocumented("an audit path is no hashes");
  reader.take("parcel: sealed leaf", FILE_LEAF_BYTES);
  reader.take("parcel: tag", FILE_TAG_BYTES);
  reader.take("parcel: audit path", path);
}

/** FIL-8. */
export function heldLeaves(reader: FieldReader): void {
  reader.take("bitmap of leaves", reader.left);
}
