import { toBase64Url } from "@sotto/protocol";
import { expect, test } from "vitest";
import { invitationView, placeOf } from "./rooms.ts";

const ORIGIN = "https://sotto.example";
const secret = new Uint8Array(32).fill(3);
const stored = { code: "abcdefghjkmn", password: "a long walk by the river", k: 1, version: 1 };

test("ROOM-14: a link leads to its code, with the secret in its fragment", () => {
  const linked = invitationView(ORIGIN, { ...stored, linkSecret: secret });
  expect(linked.linkRequired).toBe(true);
  expect(linked.link).toBe(`https://sotto.example/#/room/abcdefghjkmn/${toBase64Url(secret)}`);
  const { password } = stored;
  expect(placeOf({ link: ` ${linked.link}\n`, password }, ORIGIN)).toEqual({
    code: stored.code,
    linkSecret: secret,
  });
  const open = invitationView(ORIGIN, { ...stored, linkSecret: null });
  expect(open).toMatchObject({ link: "https://sotto.example/#/room/abcdefghjkmn", linkRequired: false });
  expect(placeOf({ link: open.link, password }, ORIGIN)).toEqual({ code: stored.code, linkSecret: null });
  expect(placeOf({ code: "ABCD-efgh", password }, ORIGIN)).toEqual({ code: "ABCD-efgh", linkSecret: null });
});

test.each([
  ["another server's", "https://other.example/#/room/abcdefghjkmn"],
  ["another page's", "https://sotto.example/#/group/abcdefghjkmn"],
  ["that of no code", "https://sotto.example/#/room/abcd"],
  [
    "one whose secret was cut off",
    `https://sotto.example/#/room/abcdefghjkmn/${toBase64Url(secret).slice(0, 20)}`,
  ],
  ["no link", "come in"],
])("ROOM-14: no link to a room is %s", (_, link) => {
  expect(() => placeOf({ link, password: "x" }, ORIGIN)).toThrow(/no link to a room/);
});
