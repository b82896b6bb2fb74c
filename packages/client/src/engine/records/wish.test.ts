import type { AccountId, CborValue, DeviceId } from "@sotto/protocol";
import { decodeCbor, encodeCbor, idOf } from "@sotto/protocol";
import { expect, test } from "vitest";
import type { Wish } from "./wish.ts";
import { decodeWishes, encodeWishes } from "./wish.ts";

const [ACCOUNT, DEVICE] = [
  idOf<AccountId>(new Uint8Array(16).fill(1)),
  idOf<DeviceId>(new Uint8Array(16).fill(2)),
];

const WISHES: readonly Wish[] = [
  { kind: "add", account: ACCOUNT },
  { kind: "remove", account: ACCOUNT },
  { kind: "rename", name: "walks" },
  { kind: "role", account: ACCOUNT, role: "admin" },
  { kind: "leave" },
  { kind: "renew" },
  { kind: "follow", account: ACCOUNT, dueAtMs: 5 },
  { kind: "release", device: DEVICE, epoch: 7, dueAtMs: 8 },
  { kind: "readd", device: DEVICE, dueAtMs: 9 },
  { kind: "relist", dueAtMs: 10 },
  { kind: "readded", device: DEVICE, atMs: 11 },
];

test("wishes read as they were written", () => {
  expect(decodeWishes(encodeWishes(WISHES))).toEqual(WISHES);
});

test("damaged ones are seen as such", () => {
  expect(decodeWishes(new Uint8Array([1, 2]))).toBeUndefined();
  for (const wish of WISHES) {
    const [format, fields] = decodeCbor(encodeWishes([wish])) as readonly [CborValue, CborValue[][]];
    const [kind, subject, ...rest] = fields[0] as [CborValue, CborValue, ...CborValue[]];
    if (subject === null) continue;
    expect(decodeWishes(encodeCbor([format, [[kind, null, ...rest]]]))).toBeUndefined();
  }
});
