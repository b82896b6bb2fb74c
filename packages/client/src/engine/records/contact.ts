import type { AccountId } from "@sotto/protocol";
import { bool, codecOf, idBytes, idOf, tuple, uint } from "@sotto/protocol";
import type { ContactState } from "../contract.ts";
import { FORMAT, hash, id, text } from "./shapes.ts";

export interface ContactRecord {
  readonly account: AccountId;
  readonly userName: string;
  readonly state: ContactState;
  /** Pinned at first contact. */
  readonly accountKey: Uint8Array;
  /** The highest list version seen. */
  readonly listVersion: number;
  /** The account showed another key than the pinned one: nothing is sent until the user decides. */
  readonly keysChanged: boolean;
}

const CONTACT_STATES: readonly ContactState[] = [
  "outgoing",
  "incoming",
  "accepted",
  "blocked",
  "removed",
  "known",
];
const contactCodec = codecOf(
  tuple(uint(FORMAT), id, text, uint(CONTACT_STATES.length - 1), hash, uint(), bool),
);

export function encodeContact(contact: ContactRecord): Uint8Array {
  return contactCodec.encode([
    FORMAT,
    idBytes(contact.account),
    contact.userName,
    CONTACT_STATES.indexOf(contact.state),
    contact.accountKey,
    contact.listVersion,
    contact.keysChanged,
  ]);
}

export function decodeContact(bytes: Uint8Array): ContactRecord | undefined {
  const f = contactCodec.decode(bytes);
  const state = f && CONTACT_STATES[f[3]];
  return (
    f &&
    state && {
      account: idOf(f[1]),
      userName: f[2],
      state,
      accountKey: f[4],
      listVersion: f[5],
      keysChanged: f[6],
    }
  );
}
