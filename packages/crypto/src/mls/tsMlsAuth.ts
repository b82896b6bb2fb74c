/** Authentication of leaves (RFC 9420 §5.3.1): a basic credential holding ours, signed by its account key for the leaf's signature key. */
import type { Credential } from "@sotto/protocol";
import {
  bytesEqual,
  ID_BYTES,
  idOf,
  parseCredential,
  SIGNATURE_BYTES,
  SIGNATURE_KEY_BYTES,
} from "@sotto/protocol";
import type { AuthenticationService } from "ts-mls/authenticationService.js";
import type { Credential as LeafCredential } from "ts-mls/credential.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { verifyCredential } from "../account/credential.ts";
import type { CryptoProvider } from "../provider/port.ts";
import type { Member } from "./port.ts";

/** The hook that ts-mls calls for every leaf it meets: its own default accepts everyone. */
export function createAuthenticationService(provider: CryptoProvider): AuthenticationService {
  return {
    async validateCredential(leafCredential, signaturePublicKey) {
      const credential = credentialOf(leafCredential);
      return credential !== undefined && (await verifyCredential(provider, credential, signaturePublicKey));
    },
  };
}

/** Parsed once per leaf: a roster is read from the tree several times in each epoch. */
const parsed = new WeakMap<LeafCredential, Credential | "foreign">();

/** The credential of ours in a leaf, **not verified**. */
export function credentialOf(credential: LeafCredential): Credential | undefined {
  const known = parsed.get(credential) ?? parse(credential) ?? "foreign";
  parsed.set(credential, known);
  return known === "foreign" ? undefined : known;
}

function parse(credential: LeafCredential): Credential | undefined {
  return credential.credentialType === "basic" ? parseCredential(credential.identity) : undefined;
}

/** Stands in for a credential that is none of ours. Under house rules no such leaf gets into a tree: see {@link hasForeignLeaf}. */
const FOREIGN: Credential = {
  account: idOf(new Uint8Array(ID_BYTES)),
  device: idOf(new Uint8Array(ID_BYTES)),
  mailbox: idOf(new Uint8Array(ID_BYTES)),
  accountKey: new Uint8Array(SIGNATURE_KEY_BYTES),
  listVersion: 0,
  signature: new Uint8Array(SIGNATURE_BYTES),
};

/** A leaf of a tree whose leaves were authenticated when they entered it. */
export function memberOf(leaf: number, node: LeafNode): Member {
  return { leaf, credential: credentialOf(node.credential) ?? FOREIGN, leafKey: node.signaturePublicKey };
}

/** Whether a leaf has a credential that is none of ours. */
export function hasForeignLeaf(members: readonly Member[]): boolean {
  return members.some(({ credential }) => credential === FOREIGN);
}

/** All leaves in order. */
export function membersOf(tree: RatchetTree): readonly Member[] {
  return tree.flatMap((node, index) => (node?.nodeType === "leaf" ? [memberOf(index / 2, node.leaf)] : []));
}

/** The member of a leaf, in a list as {@link membersOf} makes it. */
export function memberAt(members: readonly Member[], leaf: number): Member | undefined {
  // Sorted by leaf, without holes but for blank leaves: the place is at the leaf's number or a little before it.
  let at = Math.min(leaf, members.length - 1);
  while (at > 0 && (members[at] as Member).leaf > leaf) at--;
  const member = members[at];
  return member?.leaf === leaf ? member : undefined;
}

/** Whether a leaf may be replaced by its successor: the device stays the same, only keys and list version change (defect 6). */
export function isSuccession(before: Credential, after: Credential): boolean {
  return (
    before.account === after.account &&
    before.device === after.device &&
    before.mailbox === after.mailbox &&
    bytesEqual(before.accountKey, after.accountKey)
  );
}

/** In one group a device occurs once. */
export function hasDuplicateDevice(members: readonly Member[]): boolean {
  return new Set(members.map(({ credential }) => credential.device)).size !== members.length;
}
