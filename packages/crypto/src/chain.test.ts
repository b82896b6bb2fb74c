import type { AccountId, ConversationId, GroupId } from "@sotto/protocol";
import { concatBytes, idBytes, idOf, toHex, utf8 } from "@sotto/protocol";
import { expect, test } from "vitest";
import { contentHash, handshakeGenesis, handshakeHash, pairConversationId } from "./chain.ts";
import { createNobleProvider } from "./provider/noble.ts";
import { seededRandom } from "./provider/seeded.ts";

const provider = createNobleProvider(seededRandom("chain"));
const sha256 = (bytes: Uint8Array): Uint8Array => provider.sha256(bytes);
const id = <T extends AccountId | ConversationId | GroupId>(byte: number): T =>
  idOf<T>(new Uint8Array(16).fill(byte));
const label = (text: string): Uint8Array => concatBytes(utf8(text), Uint8Array.of(0));

test("CON-1: a pair's conversation is the same from both sides, and its bytes are those of the specification", () => {
  const [alice, bob] = [id<AccountId>(2), id<AccountId>(1)];
  expect(pairConversationId(provider, alice, bob)).toBe(pairConversationId(provider, bob, alice));
  const expected = sha256(
    concatBytes(label("sotto pair conversation v1"), idBytes(bob), idBytes(alice)),
  ).subarray(0, 16);
  expect(pairConversationId(provider, alice, bob)).toBe(toHex(expected));
  expect(pairConversationId(provider, alice, id(3))).not.toBe(toHex(expected));
});

test("MLS-5: the chain of handshakes binds group, index, predecessor and bytes", () => {
  const group = id<GroupId>(7);
  const genesis = handshakeGenesis(provider, id(6), group);
  expect(genesis).toEqual(
    sha256(concatBytes(label("sotto handshake hash v1"), idBytes(id(6)), idBytes(group))),
  );
  const handshake = sha256(utf8("commit"));
  const hash = handshakeHash(provider, genesis, group, 258, handshake);
  const index = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2);
  expect(hash).toEqual(
    sha256(concatBytes(label("sotto handshake hash v1"), genesis, idBytes(group), index, handshake)),
  );
  const others = [
    handshakeHash(provider, hash, group, 258, handshake),
    handshakeHash(provider, genesis, id(8), 258, handshake),
    handshakeHash(provider, genesis, group, 259, handshake),
    handshakeHash(provider, genesis, group, 258, genesis),
  ];
  for (const other of others) expect(other).not.toEqual(hash);
  expect(() => handshakeHash(provider, new Uint8Array(31), group, 1, handshake)).toThrow(RangeError);
});

test("MSG-2: contents are hashed under their own label", () => {
  expect(contentHash(provider, utf8("x"))).toEqual(
    sha256(concatBytes(label("sotto content hash v1"), utf8("x"))),
  );
});
