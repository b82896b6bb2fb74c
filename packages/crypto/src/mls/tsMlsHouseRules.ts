/**
 * What our own groups ask of a handshake beyond RFC 9420 (MLS-2, MLS-3, MLS-16, MLS-17, MLS-24). Like the RFC's checks these depend on the epoch's
 * shared state and the bytes alone. Each returns what is wrong, or `undefined`.
 */
import { bytesEqual } from "@sotto/protocol";
import type { GroupContext } from "ts-mls/groupContext.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { Proposal } from "ts-mls/proposal.js";
import type { UpdatePath } from "ts-mls/updatePath.js";
import { appDataFault } from "./tsMlsAppData.ts";
import { credentialOf, hasDuplicateDevice, hasForeignLeaf, isSuccession } from "./tsMlsAuth.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { EpochHandshakes, NotedProposal, ProposalList } from "./tsMlsProposals.ts";
import { leaversOf } from "./tsMlsProposals.ts";
import type { PskBook } from "./tsMlsPsk.ts";
import { hasRepeatedPsk, isKnownPsk, lacksRequiredPsk, pskIdsOf } from "./tsMlsPsk.ts";
import type { EpochState } from "./tsMlsState.ts";
import type { Member } from "./port.ts";

/** The list of a commit's proposals. */
export function houseListFault(
  { guards, maxMembers }: MlsContext,
  { resolved, sender, path }: ProposalList,
  epoch: EpochState,
  handshakes: EpochHandshakes,
  psks: PskBook,
): string | undefined {
  const proposals = resolved.map(({ proposal }) => proposal);
  // All leaves removed, all places filled, all keys mixed in, the epoch's own among them, and app data: no commit does more, and what
  // follows takes time with the list's square.
  if (proposals.length > 2 * maxMembers + psks.size + 2) return "too many proposals";
  if (guards(3) && path === undefined) return "commit without a path";
  const allowed = ["add", "remove", "psk", "external_init", "group_context_extensions"];
  if (proposals.some(({ proposalType }) => !allowed.includes(String(proposalType))))
    return "proposal type is not supported";
  const appDataProblem = appDataFault(proposals, epoch.context, sender.senderType === "member");
  if (appDataProblem !== undefined) return appDataProblem;
  const pskIds = pskIdsOf(proposals);
  if (pskIds.some((id) => !isKnownPsk(psks, id) && !isHeldByAll(id, epoch.context)))
    return "pre-shared key proposal";
  // The RFC allows it with another nonce.
  if (hasRepeatedPsk(pskIds)) return "a pre-shared key occurs twice";
  if (lacksRequiredPsk(psks, pskIds)) return "commit without the pre-shared key";
  if (sender.senderType === "member") return omissionFault(handshakes, resolved);
  return guards(9) ? formerLeafFault(proposals, epoch, path) : undefined;
}

/** A standalone proposal: nothing but to leave, once per leaf and epoch. */
export function houseProposalFault(
  handshakes: EpochHandshakes,
  { proposal, sender }: Omit<NotedProposal, "reference">,
): string | undefined {
  if (sender === undefined || proposal.proposalType !== "remove" || proposal.remove.removed !== sender)
    return "a standalone proposal other than to leave";
  return leaversOf(handshakes).includes(sender) ? "the leave has been noted" : undefined;
}

/** The members of a next epoch. */
export function rosterFault(members: readonly Member[], maxMembers: number): string | undefined {
  if (members.length > maxMembers) return "too many members";
  if (hasForeignLeaf(members)) return "credential";
  return hasDuplicateDevice(members) ? "a device occurs twice" : undefined;
}

/** A member's commit includes every request to leave; an outsider cannot know them, and they end with the epoch. */
function omissionFault({ noted }: EpochHandshakes, resolved: readonly NotedProposal[]): string | undefined {
  return noted.every((proposal) => resolved.includes(proposal)) ? undefined : "commit omits a leave";
}

/**
 * The one resumption key that every member holds: the epoch's own (RFC 9420 §8.6). None of past epochs is kept, so any other would make
 * the whole group undecided at a single member's word.
 */
function isHeldByAll(id: PreSharedKeyID, { groupId, epoch }: GroupContext): boolean {
  return (
    id.psktype === "resumption" &&
    id.usage === "application" &&
    bytesEqual(id.pskGroupId, groupId) &&
    id.pskEpoch === epoch
  );
}

/** Whoever joins from outside removes nothing but its own former leaf. */
function formerLeafFault(
  proposals: readonly Proposal[],
  epoch: EpochState,
  path: UpdatePath | undefined,
): string | undefined {
  const joiner = path && credentialOf(path.leafNode.credential);
  if (joiner === undefined) return "credential";
  const removed = proposals.flatMap((proposal) =>
    proposal.proposalType === "remove" ? [proposal.remove.removed] : [],
  );
  const former = epoch.members.filter(({ leaf }) => removed.includes(leaf));
  return former.length === removed.length &&
    former.every(({ credential }) => isSuccession(credential, joiner))
    ? undefined
    : "external commit removes another device";
}
