/** Files at the relay, in memory: what is known of them, not their bytes. */
import type { BlobRecord } from "../../ports/records.ts";
import type { BlobTable } from "../../ports/store.ts";
import type { Tables } from "./tables.ts";
import { existing } from "./tables.ts";

export function memoryBlobs({ blobs }: Tables): BlobTable {
  const sorted = (fits: (record: BlobRecord) => boolean): readonly BlobRecord[] =>
    blobs
      .values()
      .filter(fits)
      .toSorted((a, b) => (a.blob < b.blob ? -1 : 1))
      .map(withoutReaders);
  const total = (records: readonly BlobRecord[]): number =>
    records.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
  return {
    blob(blob) {
      const stored = blobs.get(blob);
      return stored && withoutReaders(stored);
    },
    insertBlob(record, readers) {
      if (blobs.values().some(({ blob, place }) => blob === record.blob || place === record.place))
        throw new Error("blob exists");
      blobs.set(record.blob, { ...record, readers });
    },
    deleteBlob: (blob) => blobs.delete(blob),
    removeBlobReader(blob, mailbox) {
      const stored = existing(blobs.get(blob), "blob");
      const readers = stored.readers.filter((reader) => reader !== mailbox);
      if (readers.length < stored.readers.length) blobs.set(blob, { ...stored, readers });
      return readers.length;
    },
    removeGroupReader(group, mailbox) {
      const waiting = blobs
        .values()
        .filter((stored) => stored.group === group && stored.readers.includes(mailbox));
      for (const stored of waiting)
        blobs.set(stored.blob, {
          ...stored,
          readers: stored.readers.filter((reader) => reader !== mailbox),
        });
      const last = new Set(waiting.filter(({ readers }) => readers.length === 1).map(({ blob }) => blob));
      return sorted(({ blob }) => last.has(blob));
    },
    blobsOfGroup: (group) => sorted((record) => record.group === group),
    blobsOfAccount: (account) => sorted((record) => record.account === account),
    blobsExpiredAt: (timeMs, limit) => sorted(({ expiresAtMs }) => expiresAtMs <= timeMs).slice(0, limit),
    hasBlobPlace: (place) => blobs.values().some((record) => record.place === place),
    blobUsage(account) {
      const own = sorted((record) => record.account === account);
      return { blobs: own.length, bytes: total(own) };
    },
    blobBytes: () => total(blobs.values()),
  };
}

function withoutReaders({
  blob,
  group,
  account,
  maker,
  sizeBytes,
  place,
  expiresAtMs,
}: BlobRecord): BlobRecord {
  return { blob, group, account, maker, sizeBytes, place, expiresAtMs };
}
