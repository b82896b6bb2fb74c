/** Who may be brought into a group: a contact of this account, by the devices that its own list names. */
import type { AccountId } from "@sotto/protocol";
import { bytesEqual } from "@sotto/protocol";
import type { ClaimedDevice } from "../claims.ts";
import { claimDevices } from "../claims.ts";
import { emitAbout } from "../contacts.ts";
import type { CommandProblem } from "../contract.ts";
import type { Core, Step } from "../core.ts";
import { commit } from "../core.ts";
import { lookupPeer } from "../peers.ts";
import { Transaction } from "../transaction.ts";

type ClaimProblem = Extract<
  CommandProblem,
  "notContact" | "userUnknown" | "keysChanged" | "keysRefused" | "noKeyPackage"
>;

export type ContactClaim =
  | { readonly devices: readonly ClaimedDevice[] }
  | { readonly problem: ClaimProblem; readonly userName: string };

/** A key package of every device of a contact that has accepted. Another account key than the pinned one is shown, and nothing is claimed. */
export function* claimContact(core: Core, account: AccountId): Step<ContactClaim> {
  const contact = core.state.contacts.get(account);
  const userName = contact?.userName ?? account;
  if (contact?.state !== "accepted") return { problem: "notContact", userName };
  if (contact.keysChanged) return { problem: "keysChanged", userName };
  const found = yield* lookupPeer({ kind: "accountById", account });
  if (found.kind === "unknown") return { problem: "userUnknown", userName };
  if (found.kind !== "found") return refused(core, account, userName);
  if (!bytesEqual(found.list.accountKey, contact.accountKey)) {
    yield* commit(core, new Transaction().contact({ ...contact, keysChanged: true }));
    emitAbout(core, account, "keysChanged");
    return { problem: "keysChanged", userName };
  }
  if (found.list.version < contact.listVersion) return refused(core, account, userName);
  if (found.list.version > contact.listVersion)
    yield* commit(core, new Transaction().contact({ ...contact, listVersion: found.list.version }));
  const { devices, forged } = yield* claimDevices(found.list);
  if (forged) return refused(core, account, userName);
  return devices.length === 0 ? { problem: "noKeyPackage", userName } : { devices };
}

function refused(core: Core, account: AccountId, userName: string): ContactClaim {
  emitAbout(core, account, "keysRefused");
  return { problem: "keysRefused", userName };
}
