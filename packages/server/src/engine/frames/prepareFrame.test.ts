import type { ClientFrame } from "@sotto/protocol";
import { decodeServerFrame, encodeClientFrame, encodeServerFrame, utf8 } from "@sotto/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { PreparedFrame } from "../../ports/frameGateway.ts";
import { measureFrames, packFrames, unpackFrames } from "../../ports/packedFrames.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { TestAccount } from "../../testing/people.ts";
import { testId } from "../../testing/people.ts";
import type { RuleWorld } from "../../testing/ruleWorld.ts";
import { adding, befriend, createRuleWorld, groupRequest, parts, value } from "../../testing/ruleWorld.ts";
import { messagePacker, packEntries, stampSequences } from "./entryFrame.ts";
import { packReplies, prepareFrame, replyFrame } from "./prepareFrame.ts";

let world: RuleWorld;
let alice: TestAccount;
beforeEach(() => {
  world = createRuleWorld();
  alice = world.register("alice");
  const bob = world.register("bob");
  befriend(world, alice, bob);
  value(world.run(groupRequest(alice.device, "g", adding(bob.device.mailbox))));
});

function submit(frame: ClientFrame): unknown {
  const prepared = prepareFrame(alice.device.session, encodeClientFrame(frame));
  if (!isPrepared(prepared)) return prepared.code;
  return decodeServerFrame(prepared.reply(world.run(prepared.request)));
}
const isPrepared = (prepared: ReturnType<typeof prepareFrame>): prepared is PreparedFrame =>
  "request" in prepared;

describe("frames over HTTP", () => {
  const group = testId<never>("g");
  const post = {
    type: "post",
    requestId: 7,
    resume: false,
    group,
    index: 1,
    ciphertext: utf8("x"),
    storeCounter: 0,
  } as const;

  test("a post is answered with its own result", () => {
    expect(submit(post)).toEqual({ type: "ok", requestId: 7, number: 0 });
    expect(submit({ ...post, index: 2 })).toEqual({
      type: "refused",
      requestId: 7,
      code: "staleEpoch",
      index: 1,
    });
  });

  test("handshakes, new groups and leaving are answered with their index", () => {
    const handshake = { ...parts(), type: "handshake", requestId: 8, group, index: 2 } as const;
    expect(submit(handshake)).toEqual({ type: "ok", requestId: 8, number: 2 });
    const create = {
      ...handshake,
      type: "createGroup",
      group: testId<never>("h"),
      conversation: testId<never>("c"),
    } as const;
    expect(
      submit({ ...create, index: 1, kind: "room", predecessor: null, firstMessage: null } as ClientFrame),
    ).toEqual({
      type: "ok",
      requestId: 8,
      number: 1,
    });
    expect(submit({ type: "leave", requestId: 9, group })).toEqual({ type: "ok", requestId: 9, number: 0 });
  });

  test("hello, ack, ping and presence belong to a socket; garbage is a bad frame", () => {
    expect(submit({ type: "ping", requestId: 1 })).toBe("unexpectedFrame");
    expect(submit({ type: "ack", requestId: 1, sequence: 1, storeCounter: 1 })).toBe("unexpectedFrame");
    expect(submit({ type: "presence", requestId: 0, hidden: true })).toBe("unexpectedFrame");
    const hello = {
      type: "hello",
      requestId: 1,
      minVersion: 1,
      maxVersion: 1,
      token: new Uint8Array(32),
      storeCounter: 0,
      client: "",
      hidden: false,
    } as const;
    expect(submit(hello)).toBe("unexpectedFrame");
    expect(prepareFrame(alice.device.session, utf8("garbage"))).toEqual({ code: "badFrame" });
  });
});

test("a stored entry gets its sequence and nothing else", () => {
  const entry = { type: "departed", group: testId<never>("g"), mailbox: testId<never>("m") } as const;
  const stored = encodeServerFrame({ ...entry, sequence: 0 });
  const stamped = (sequence: number): Uint8Array => encodeServerFrame({ ...entry, sequence });
  const packed = packFrames([stored, stored]);
  expect(unpackFrames(stampSequences(packed, 2 ** 40 + 5))).toEqual([
    stamped(2 ** 40 + 5),
    stamped(2 ** 40 + 6),
  ]);
  expect(unpackFrames(packed)).toEqual([stored, stored]);
  const entries = [7, 2 ** 32].map((sequence) => ({ sequence, frame: stored }));
  expect(unpackFrames(packEntries(entries))).toEqual([stamped(7), stamped(2 ** 32)]);
  expect(stored).toEqual(encodeServerFrame({ ...entry, sequence: 0 }));
});

test("packed messages are the frames that the protocol's own encoder makes, and their size is known before", () => {
  const group = testId<never>("g");
  const sizes = [0, 1, 23, 24, 255, 256, 60_000, 65_472];
  for (const index of [1, 24, 2 ** 33]) {
    const packer = messagePacker(group, index);
    const ciphertexts = sizes.map((size) => new Uint8Array(size).fill(7));
    const packed = packer.pack(ciphertexts);
    const encoded = ciphertexts.map((ciphertext) =>
      encodeServerFrame({ type: "message", sequence: 0, group, index, ciphertext }),
    );
    expect(unpackFrames(packed)).toEqual(encoded);
    expect(ciphertexts.map((item) => packer.entryBytes(item))).toEqual(encoded.map(({ length }) => length));
    expect(measureFrames(packed)).toEqual({
      entries: sizes.length,
      bytes: encoded.reduce((sum, { length }) => sum + length, 0),
    });
  }
});

test("packed frames that are cut off are noticed", () => {
  const packed = packFrames([utf8("one"), utf8("two")]);
  expect(() => unpackFrames(packed.subarray(0, packed.length - 1))).toThrow("cut off");
});

test("answers to several frames are packed as they would be encoded one by one", () => {
  const ids = [1, 2 ** 32 - 1, 7];
  const cases = [
    [accepted({}), accepted({}), accepted({})],
    [accepted({}), refused("staleEpoch", { index: 3 }), refused("earlierRefused")],
    [accepted({ index: 9 }), accepted({}), accepted({})],
  ];
  for (const results of cases)
    expect(unpackFrames(packReplies(ids, results))).toEqual(
      results.map((result, i) => replyFrame({ requestId: ids[i] ?? 0 }, result)),
    );
});
