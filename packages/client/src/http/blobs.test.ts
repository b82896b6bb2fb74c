import type { BlobId, GroupId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createHttpBlobs } from "./blobs.ts";
import type { HttpCall, HttpReply } from "./transport.ts";

const BLOB = "ab".repeat(16) as BlobId;
const GROUP = "cd".repeat(16) as GroupId;

const json = (value: unknown, status = 200): HttpReply => ({
  kind: "reply",
  status,
  mediaType: "application/json",
  body: utf8(JSON.stringify(value)),
});

function blobsWith(reply: HttpReply) {
  const calls: HttpCall[] = [];
  const blobs = createHttpBlobs(async (call) => {
    calls.push(call);
    return reply;
  }, "token");
  return { blobs, calls };
}

test("BLB-2 the server is told the padded size of a file and no other", async () => {
  const { blobs, calls } = blobsWith(json({ leafCount: 1, held: "AA", expiresAt: 5 }));
  expect(await blobs.create(BLOB, GROUP, 5000)).toEqual({
    kind: "ok",
    value: { leafCount: 1, held: Uint8Array.of(0), expiresAtMs: 5 },
  });
  expect(calls[0]).toMatchObject({
    method: "PUT",
    path: `/v1/blobs/${BLOB}`,
    token: "token",
    body: { json: { group: GROUP, size: 5120 } },
  });
});

test("a bitmap that is none of so many leaves is no answer", async () => {
  const { blobs } = blobsWith(json({ leafCount: 3, held: "_w", expiresAt: 5 }));
  expect(await blobs.status(BLOB)).toMatchObject({ kind: "refused", code: "internal" });
});

test("a parcel goes in its two pieces, and has a minute", async () => {
  const { blobs, calls } = blobsWith(json({}));
  const pieces = [utf8("sealed"), utf8("path")] as const;
  expect(await blobs.put(BLOB, 7, ...pieces)).toEqual({ kind: "ok", value: undefined });
  expect(calls[0]).toMatchObject({ method: "PUT", path: `/v1/blobs/${BLOB}/7`, body: pieces });
  expect(calls[0]?.timeoutMs).toBe(60_000);
});

test("a parcel is the answer's bytes; what is not there is refused", async () => {
  const bytes = utf8("parcel");
  const there = blobsWith({ kind: "reply", status: 200, mediaType: "application/octet-stream", body: bytes });
  expect(await there.blobs.get(BLOB, 0)).toEqual({ kind: "ok", value: bytes });
  expect(there.calls[0]).toMatchObject({ method: "GET", path: `/v1/blobs/${BLOB}/0`, timeoutMs: 60_000 });
  const gone = blobsWith(json({ error: { code: "notFound", message: "words" } }, 404));
  expect(await gone.blobs.get(BLOB, 0)).toMatchObject({ kind: "refused", code: "notFound" });
});

test("who has all of it says so", async () => {
  const { blobs, calls } = blobsWith(json({}));
  expect(await blobs.done(BLOB)).toEqual({ kind: "ok", value: undefined });
  expect(calls[0]).toMatchObject({ method: "DELETE", path: `/v1/blobs/${BLOB}` });
});
