import { describe, expect, test } from "vitest";
import { encodeCbor } from "./cbor.ts";
import type { Charter } from "./charter.ts";
import { decodeCharter, encodeCharter, isGroupName, withAdmins } from "./charter.ts";
import type { AccountId } from "./ids.ts";
import { idBytes, idOf } from "./ids.ts";

const account = (n: number): AccountId => idOf(new Uint8Array(16).fill(n));
const [alice, bob, carol] = [account(3), account(2), account(1)];
const charter: Charter = {
  name: "Sunday walks",
  owner: alice,
  admins: [carol, bob],
  keyId: null,
  room: false,
};
const raw = (name: string, owner: AccountId, admins: readonly AccountId[], format = 1): Uint8Array =>
  encodeCbor([format, name, idBytes(owner), admins.map(idBytes), null, false]);

describe("charter", () => {
  test("comes back as it was", () => {
    expect(decodeCharter(encodeCharter(charter))).toEqual(charter);
    const locked = { ...charter, admins: [], keyId: new Uint8Array(32).fill(7), room: true };
    expect(decodeCharter(encodeCharter(locked))).toEqual(locked);
  });

  test.each([
    ["another format", raw("a", alice, [], 2)],
    ["admins out of order", raw("a", alice, [bob, carol])],
    ["an admin twice", raw("a", alice, [bob, bob])],
    ["the owner among the admins", raw("a", alice, [bob, alice])],
    ["an empty name", raw("", alice, [])],
    ["a long name", raw("a".repeat(129), alice, [])],
    ["a name of many bytes", raw("语".repeat(43), alice, [])],
    ["a name with a line break", raw("a\nb", alice, [])],
    [
      "too many admins",
      raw(
        "a",
        account(200),
        Array.from({ length: 65 }, (_, n) => account(n)),
      ),
    ],
    ["a key id of another length", encodeCbor([1, "a", idBytes(alice), [], new Uint8Array(31), false])],
    ["other bytes", Uint8Array.of(0)],
    ["nothing", new Uint8Array(0)],
  ])("GRP-2: %s is none", (_, bytes) => {
    expect(decodeCharter(bytes)).toBeUndefined();
  });

  test("one that breaks the rules is not written", () => {
    expect(() => encodeCharter({ ...charter, name: " a" })).toThrow(RangeError);
    expect(() => encodeCharter({ ...charter, admins: [alice] })).toThrow(RangeError);
  });

  test.each(["Sunday walks", "周日散步", "Прогулки", "a", "🚶‍♀️ walks"])("%j is a name", (name) => {
    expect(isGroupName(name)).toBe(true);
  });

  test.each(["", " a", "a ", "a  b", "a\tb", "a\u202eb", "a\u2028b", "\ud800", "\u0000"])(
    "%j is none",
    (name) => {
      expect(isGroupName(name)).toBe(false);
    },
  );

  test("admins are put in order, without the owner", () => {
    expect(withAdmins(charter, [bob, alice, carol, bob]).admins).toEqual([carol, bob]);
  });
});
