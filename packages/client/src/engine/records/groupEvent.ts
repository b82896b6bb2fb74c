import type { AccountId, ShapeOf } from "@sotto/protocol";
import { MAX_GROUP_DEVICES, arrayOf, idBytes, idOf, nullable, tuple, uint } from "@sotto/protocol";
import type { GroupEvent } from "../contract.ts";
import type { Role } from "../group/policy.ts";
import { id, text } from "./shapes.ts";

/** Their places are what is stored. */
const KINDS: readonly GroupEvent["kind"][] = [
  "created",
  "added",
  "removed",
  "left",
  "renamed",
  "role",
  "refused",
  "entered",
];
const ROLES: readonly Role[] = ["owner", "admin", "member"];

/** Kind, name, accounts and role; what an event does not have is "", empty or null. */
export const groupEventShape = tuple(
  uint(KINDS.length - 1),
  text,
  arrayOf(id, MAX_GROUP_DEVICES),
  nullable(uint(ROLES.length - 1)),
);

export function groupEventFields(event: GroupEvent): ShapeOf<typeof groupEventShape> {
  const kind = KINDS.indexOf(event.kind);
  switch (event.kind) {
    case "created":
    case "renamed":
      return [kind, event.name, [], null];
    case "added":
    case "removed":
      return [kind, "", event.accounts.map(idBytes), null];
    case "role":
      return [kind, "", [idBytes(event.account)], ROLES.indexOf(event.role)];
    case "entered":
      return [kind, "", [idBytes(event.account)], null];
    case "left":
    case "refused":
      return [kind, "", [], null];
  }
}

/** `undefined`: damaged. */
export function groupEventOf(fields: ShapeOf<typeof groupEventShape>): GroupEvent | undefined {
  const kind = KINDS[fields[0]];
  const [, name, ids, place] = fields;
  const accounts = ids.map((bytes) => idOf<AccountId>(bytes));
  switch (kind) {
    case "created":
    case "renamed":
      return { kind, name };
    case "added":
    case "removed":
      return { kind, accounts };
    case "role": {
      const [account] = accounts;
      const role = place === null ? undefined : ROLES[place];
      return account && role && { kind, account, role };
    }
    case "entered": {
      const [account] = accounts;
      return account && { kind, account };
    }
    case "left":
    case "refused":
      return { kind };
    default:
      return undefined;
  }
}
