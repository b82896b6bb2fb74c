import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../errors.ts";
import { ERRORS } from "../errors.ts";
import { toHex } from "../bytes.ts";
import { idOf } from "../ids.ts";
import type { ClientFrame, HandshakeParts } from "./clientFrames.ts";
import { decodeClientFrame, encodeClientFrame } from "./clientFrames.ts";
import type { Payload, ServerFrame } from "./serverFrames.ts";
import { decodeServerFrame, encodeServerFrame } from "./serverFrames.ts";

const requestId = fc.integer({ min: 0, max: 0xffff_ffff });
const number = fc.maxSafeNat();
const bytes = (size: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: size, maxLength: size });
const some = fc.uint8Array({ maxLength: 80 });
const id = bytes(16).map((value) => idOf<never>(value));
const ids = fc.array(id, { maxLength: 3 });
const hash = bytes(32);
const or = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const kind = fc.constantFrom("pair" as const, "group" as const, "room" as const);

const parts: { [K in keyof HandshakeParts]: fc.Arbitrary<HandshakeParts[K]> } = {
  handshake: some,
  welcome: or(some),
  welcomeTo: ids,
  added: ids,
  removed: ids,
  sealedGroupInfo: or(some),
  doorHash: or(hash),
  door: or(hash),
  storeCounter: number,
};
const version = fc.integer({ min: 0, max: 255 });
const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.record({
    type: fc.constant("hello" as const),
    requestId,
    minVersion: version,
    maxVersion: version,
    token: hash,
    storeCounter: number,
    client: fc.string({ maxLength: 64 }),
    hidden: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("post" as const),
    requestId,
    resume: fc.boolean(),
    group: id,
    index: number,
    ciphertext: some,
    storeCounter: number,
  }),
  fc.record({ type: fc.constant("handshake" as const), requestId, group: id, index: number, ...parts }),
  fc.record({
    type: fc.constant("createGroup" as const),
    requestId,
    group: id,
    conversation: id,
    kind,
    predecessor: or(id),
    firstMessage: or(some),
    ...parts,
  }),
  fc.record({ type: fc.constant("ack" as const), requestId, sequence: number, storeCounter: number }),
  fc.record({ type: fc.constant("leave" as const), requestId, group: id }),
  fc.record({ type: fc.constant("ping" as const), requestId }),
  fc.record({ type: fc.constant("presence" as const), requestId, hidden: fc.boolean() }),
);
const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({ inline: some }),
  fc.record({ hash, sizeBytes: number }),
);
const code = fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[]));
const entry = { sequence: number, group: id };
const serverFrame: fc.Arbitrary<ServerFrame> = fc.oneof(
  fc.record({
    type: fc.constant("ready" as const),
    requestId,
    highSequence: number,
    version,
    store: id,
    account: id,
    device: id,
    storeCounter: number,
    heartbeatMs: number,
    keyPackages: number,
    clockMs: number,
  }),
  fc.record({ type: fc.constant("ok" as const), requestId, number }),
  fc.record(
    {
      type: fc.constant("refused" as const),
      requestId,
      code,
      detail: fc.string({ maxLength: 200 }),
      index: number,
    },
    { requiredKeys: ["type", "requestId", "code"] },
  ),
  fc.record({ type: fc.constant("pong" as const), requestId }),
  fc.record({ type: fc.constant("message" as const), ...entry, index: number, ciphertext: some }),
  fc.record({ type: fc.constant("handshake" as const), ...entry, index: number, handshake: payload }),
  fc.record({
    type: fc.constant("welcome" as const),
    ...entry,
    index: number,
    conversation: id,
    kind,
    predecessor: or(id),
    handshakeHash: hash,
    welcome: payload,
  }),
  fc.record({ type: fc.constant("departed" as const), ...entry, mailbox: id }),
  fc.record({ type: fc.constant("missed" as const), ...entry }),
  fc.record({ type: fc.constant("presence" as const), group: id, online: fc.boolean() }),
  fc.record({ type: fc.constant("accountChanged" as const), account: id, version: number }),
);

describe("FRM-1: frames", () => {
  it("client frames round-trip", () => {
    fc.assert(
      fc.property(clientFrame, (frame) => {
        expect(decodeClientFrame(encodeClientFrame(frame))).toEqual(frame);
      }),
    );
  });

  it("server frames round-trip", () => {
    fc.assert(
      fc.property(serverFrame, (frame) => {
        expect(decodeServerFrame(encodeServerFrame(frame))).toEqual(frame);
      }),
    );
  });

  it("FRM-3: random and mutated bytes are never an exception, and what decodes encodes to the same bytes", () => {
    const mutated = fc
      .tuple(
        fc.oneof(clientFrame.map(encodeClientFrame), serverFrame.map(encodeServerFrame)),
        fc.nat(),
        fc.nat(255),
      )
      .map(([frame, at, value]) => {
        const copy = frame.slice();
        copy[at % copy.length] = value;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mutated), (input) => {
        const client = decodeClientFrame(input);
        if (client !== undefined) expect(encodeClientFrame(client)).toEqual(input);
        const server = decodeServerFrame(input);
        // An unknown refusal code is read as "internal" and is the one value that changes.
        if (server !== undefined && !(server.type === "refused" && server.code === "internal"))
          expect(encodeServerFrame(server)).toEqual(input);
      }),
      { numRuns: 5000 },
    );
  });

  it("ATK-2: no client frame is a server frame, and none the other way round", () => {
    fc.assert(
      fc.property(clientFrame, serverFrame, (client, server) => {
        expect(decodeServerFrame(encodeClientFrame(client))).toBeUndefined();
        expect(decodeClientFrame(encodeServerFrame(server))).toBeUndefined();
      }),
    );
  });

  it("FRM-1: bytes of the routing header", () => {
    const frame = encodeClientFrame({
      type: "post",
      requestId: 0x01020304,
      resume: true,
      group: idOf(Uint8Array.from({ length: 16 }, (_, i) => i)),
      index: 5,
      ciphertext: Uint8Array.of(0xaa),
      storeCounter: 9,
    });
    expect(toHex(frame)).toBe(
      "01020001" +
        "01020304" +
        "000102030405060708090a0b0c0d0e0f" +
        "0000000000000005" +
        "82" +
        "41aa" +
        "09",
    );
  });

  it.each([
    ["another version", 0, 2],
    ["an unknown type", 1, 0x7f],
    ["an unknown flag", 3, 2],
    ["a flag on a frame that has none", 3, 1],
    ["a number above 2^53-1", 24, 0xff],
  ])("FRM-3: %s is refused", (_, offset, value) => {
    const frame = encodeClientFrame({ type: "ping", requestId: 1 });
    frame[offset] = value;
    expect(decodeClientFrame(frame)).toBeUndefined();
  });
});
