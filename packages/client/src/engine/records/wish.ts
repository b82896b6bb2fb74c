import type { AccountId, DeviceId } from "@sotto/protocol";
import { arrayOf, codecOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import type { Role } from "../group/policy.ts";
import { FORMAT, id, text } from "./shapes.ts";

/** What is to become of a group, kept until it is so or cannot be any more. */
export type Wish =
  /** Asked for by the user. */
  | { readonly kind: "add" | "remove"; readonly account: AccountId }
  | { readonly kind: "rename"; readonly name: string }
  | { readonly kind: "role"; readonly account: AccountId; readonly role: Role }
  | { readonly kind: "leave" }
  /** New keys of this device. */
  | { readonly kind: "renew" }
  /** What members do for one another, from that time on: the account's devices follow its list (CON-8). */
  | { readonly kind: "follow"; readonly account: AccountId; readonly dueAtMs: number }
  /** The device has asked in that epoch to leave (MLS-16). */
  | { readonly kind: "release"; readonly device: DeviceId; readonly epoch: number; readonly dueAtMs: number }
  /** The device is off the delivery list although it is a member: it is put in anew. */
  | { readonly kind: "readd"; readonly device: DeviceId; readonly dueAtMs: number }
  /** Mailboxes that are no member's come off the delivery list. */
  | { readonly kind: "relist"; readonly dueAtMs: number }
  /** It was put in anew at that time. */
  | { readonly kind: "readded"; readonly device: DeviceId; readonly atMs: number }
  /** This device cannot follow a commit of that account, and waits for being put in anew; `told`: it has gone off the delivery list, which tells the others. */
  | { readonly kind: "reenter"; readonly account: AccountId; readonly told: boolean };

/** Their places are what is stored. */
const KINDS: readonly Wish["kind"][] = [
  "add",
  "remove",
  "rename",
  "role",
  "leave",
  "renew",
  "follow",
  "release",
  "readd",
  "readded",
  "relist",
  "reenter",
];
const ROLES: readonly Role[] = ["owner", "admin", "member"];
const MAX_WISHES = 10_000;

/** Kind, account or device, name, role, epoch or whether it was told, time; what a wish does not have is null, "" or 0. */
const wishesCodec = codecOf(
  tuple(uint(FORMAT), arrayOf(tuple(uint(KINDS.length - 1), nullable(id), text, uint(), uint()), MAX_WISHES)),
);
type Fields = readonly [account: Uint8Array | null, name: string, number: number, atMs: number];

export function encodeWishes(wishes: readonly Wish[]): Uint8Array {
  return wishesCodec.encode([
    FORMAT,
    wishes.map((wish) => [KINDS.indexOf(wish.kind), ...fieldsOf(wish)] as const),
  ]);
}

/** `undefined`: damaged. */
export function decodeWishes(bytes: Uint8Array): readonly Wish[] | undefined {
  const fields = wishesCodec.decode(bytes);
  const wishes = fields?.[1].map(([kind, ...rest]) => wishOf(KINDS[kind] as Wish["kind"], rest));
  return wishes?.every((wish) => wish !== undefined) === true ? wishes : undefined;
}

function fieldsOf(wish: Wish): Fields {
  switch (wish.kind) {
    case "add":
    case "remove":
      return [idBytes(wish.account), "", 0, 0];
    case "rename":
      return [null, wish.name, 0, 0];
    case "role":
      return [idBytes(wish.account), "", ROLES.indexOf(wish.role), 0];
    case "leave":
    case "renew":
      return [null, "", 0, 0];
    case "follow":
      return [idBytes(wish.account), "", 0, wish.dueAtMs];
    case "relist":
      return [null, "", 0, wish.dueAtMs];
    case "release":
      return [idBytes(wish.device), "", wish.epoch, wish.dueAtMs];
    case "readd":
      return [idBytes(wish.device), "", 0, wish.dueAtMs];
    case "readded":
      return [idBytes(wish.device), "", 0, wish.atMs];
    case "reenter":
      return [idBytes(wish.account), "", wish.told ? 1 : 0, 0];
  }
}

function wishOf(kind: Wish["kind"], [bytes, name, number, atMs]: Fields): Wish | undefined {
  const role = ROLES[number];
  switch (kind) {
    case "rename":
      return { kind, name };
    case "leave":
    case "renew":
      return { kind };
    case "relist":
      return { kind, dueAtMs: atMs };
    default:
  }
  if (bytes === null) return undefined;
  switch (kind) {
    case "add":
    case "remove":
      return { kind, account: idOf(bytes) };
    case "role":
      return role && { kind, account: idOf(bytes), role };
    case "follow":
      return { kind, account: idOf(bytes), dueAtMs: atMs };
    case "release":
      return { kind, device: idOf(bytes), epoch: number, dueAtMs: atMs };
    case "readd":
      return { kind, device: idOf(bytes), dueAtMs: atMs };
    case "readded":
      return { kind, device: idOf(bytes), atMs };
    case "reenter":
      return { kind, account: idOf(bytes), told: number === 1 };
  }
}
