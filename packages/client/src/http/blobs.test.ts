import { createNobleProvider } from "@sotto/crypto";
import type { BlobId, GroupId } from "@sotto/protocol";
import { concatBytes, toBase64Url, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import type { Arriving } from "./arriving.ts";
import { append, arrived, rangeOf } from "./arriving.ts";
import { createHttpBlobs } from "./blobs.ts";
import type { HttpCall, HttpReply } from "./transport.ts";

const BLOB = "ab".repeat(16) as BlobId;
const GROUP = "cd".repeat(16) as GroupId;

const PARCEL = [utf8("sealed"), utf8("path")] as const;
const UNREACHABLE: HttpReply = { kind: "unreachable", reason: "offline" };
const NO_RANDOM = createNobleProvider((size) => new Uint8Array(size));

const json = (value: unknown, status = 200): HttpReply => ({
  kind: "reply",
  status,
  mediaType: "application/json",
  body: utf8(JSON.stringify(value)),
});

function blobsWith(reply: HttpReply) {
  const calls: HttpCall[] = [];
  const blobs = createHttpBlobs(
    async (call) => {
      calls.push(call);
      return reply;
    },
    "token",
    NO_RANDOM,
  );
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

describe("BLB-10 what a broken connection costs", () => {
  /** Answers as told, one after the other. */
  function answering(...replies: ((call: HttpCall) => HttpReply | Promise<HttpReply>)[]) {
    const calls: HttpCall[] = [];
    const transport = async (call: HttpCall): Promise<HttpReply> => {
      calls.push(call);
      return (await replies[calls.length - 1]?.(call)) ?? UNREACHABLE;
    };
    return { calls, blobs: createHttpBlobs(transport, "token", NO_RANDOM) };
  }
  const kept = (value: boolean) => () => json({ kept: value });
  const broken = () => UNREACHABLE;
  const taken = () => json({});

  test("a parcel without an answer is not sent again if the server has it", async () => {
    const { calls, blobs } = answering(broken, kept(true));
    expect(await blobs.put(BLOB, 7, ...PARCEL)).toMatchObject({ kind: "unreachable" });
    expect(await blobs.put(BLOB, 7, ...PARCEL)).toEqual({ kind: "ok", value: undefined });
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /v1/blobs/${BLOB}/7`,
      `POST /v1/blobs/${BLOB}/7/keep`,
    ]);
    const sha256 = toBase64Url(NO_RANDOM.sha256(concatBytes(...PARCEL)));
    expect(calls[1]?.body).toEqual({ json: { sha256 } });
  });

  test("it is sent again if the server has it not, or does not say; others are sent at once", async () => {
    for (const reply of [kept(false), () => json({ error: { code: "notFound", message: "" } }, 404)]) {
      const { calls, blobs } = answering(broken, taken, reply, taken);
      await blobs.put(BLOB, 7, ...PARCEL);
      expect((await blobs.put(BLOB, 8, ...PARCEL)).kind).toBe("ok");
      expect((await blobs.put(BLOB, 7, ...PARCEL)).kind).toBe("ok");
      expect(calls.map(({ method }) => method)).toEqual(["PUT", "PUT", "POST", "PUT"]);
    }
  });

  test("one parcel is sent at a time; the next begins when it has been, and not only when it is answered", async () => {
    const first = Promise.withResolvers<HttpReply>();
    const { calls, blobs } = answering(() => first.promise, taken);
    const puts = [0, 1].map((leaf) => blobs.put(BLOB, leaf, ...PARCEL));
    await expect.poll(() => calls.length).toBe(1);
    calls[0]?.onSent?.();
    expect((await puts[1])?.kind).toBe("ok");
    first.resolve(json({}));
    expect((await puts[0])?.kind).toBe("ok");
  });

  test("a connection that breaks lets the next one in", async () => {
    const { blobs } = answering(broken, taken);
    const [first, second] = await Promise.all([0, 1].map((leaf) => blobs.put(BLOB, leaf, ...PARCEL)));
    expect([first?.kind, second?.kind]).toEqual(["unreachable", "ok"]);
  });

  test("a parcel on its way down goes on where it broke off, and a refusal forgets what has come", async () => {
    const whole = utf8("parcel");
    const coming =
      (bytes: Uint8Array, reply: (arriving: Arriving) => HttpReply) =>
      ({ arriving }: HttpCall) => {
        append(arriving as Arriving, bytes);
        return reply(arriving as Arriving);
      };
    const asked: (string | undefined)[] = [];
    const noting =
      (next: (call: HttpCall) => HttpReply) =>
      (call: HttpCall): HttpReply => {
        asked.push(rangeOf(call.arriving)["range"]);
        return next(call);
      };
    const octets = (arriving: Arriving): HttpReply => ({
      kind: "reply",
      status: 200,
      mediaType: "application/octet-stream",
      body: arrived(arriving),
    });
    const refusal = (): HttpReply => json({ error: { code: "notFound", message: "" } }, 404);
    const { blobs } = answering(
      noting(coming(whole.subarray(0, 2), broken)),
      noting(coming(whole.subarray(2, 3), broken)),
      noting(coming(whole.subarray(3), octets)),
      noting(coming(whole.subarray(0, 2), broken)),
      noting(refusal),
      noting(broken),
    );
    for (let i = 0; i < 2; i++) expect((await blobs.get(BLOB, 0)).kind).toBe("unreachable");
    expect(await blobs.get(BLOB, 0)).toEqual({ kind: "ok", value: whole });
    for (let i = 0; i < 3; i++) expect((await blobs.get(BLOB, 0)).kind).not.toBe("ok");
    expect(asked).toEqual([undefined, "bytes=2-", "bytes=3-", undefined, "bytes=2-", undefined]);
  });
});
