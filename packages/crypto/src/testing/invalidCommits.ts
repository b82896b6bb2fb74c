/** Commits of a member that break one rule each: every other member must refuse them, whoever it is. */
import { utf8 } from "@sotto/protocol";
import type { Proposal } from "ts-mls/proposal.js";
import { APP_DATA_EXTENSION } from "../mls/tsMlsAppData.ts";
import { JOINER_INFO_EXTENSION } from "../mls/tsMlsKeyPackage.ts";
import type { Dice } from "./alter.ts";
import type { ForgedCommit } from "./insider.ts";
import { forgeCommit } from "./insider.ts";
import type { Peer } from "./peer.ts";

const NO_SUCH_LEAF = 100_000;

/** One of them for the given place, and which. The peer's records stay as they are: its ratchet has to be moved on by the caller. */
export async function forgeInvalidCommit(
  peer: Peer,
  authenticatedData: Uint8Array,
  dice: Dice,
): Promise<{ readonly name: string; readonly handshake: Uint8Array }> {
  const faults = faultsOf(peer);
  const [name, forged] = faults[dice(faults.length)] as (typeof faults)[number];
  return { name, handshake: await forgeCommit(peer, { authenticatedData, ...forged }) };
}

function faultsOf({ group }: Peer): readonly (readonly [name: string, forged: ForgedCommit])[] {
  const remove = (removed: number): ForgedCommit => ({
    claimed: [{ proposalType: "remove", remove: { removed } }],
  });
  return [
    ["wrong confirmation tag", { tag: (tag) => tag.toReversed() }],
    ["another's signature", { signAs: new Uint8Array(32).fill(7) }],
    ["no path", { withoutPath: true }],
    ["app data twice", { claimed: [contextOf(APP_DATA_EXTENSION), contextOf(APP_DATA_EXTENSION)] }],
    ["another extension of the context", { proposals: [contextOf(JOINER_INFO_EXTENSION)] }],
    ["another predecessor", { authenticatedData: utf8("another order") }],
    ["removes its own sender", remove(group.ownLeaf)],
    ["removes nobody", remove(NO_SUCH_LEAF)],
    [
      "a leaf that lacks a capability",
      { leaf: (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, versions: [] } }) },
    ],
  ];
}

function contextOf(extensionType: number): Proposal {
  const extensionData = utf8("of the context");
  return {
    proposalType: "group_context_extensions",
    groupContextExtensions: { extensions: [{ extensionType, extensionData }] },
  };
}
