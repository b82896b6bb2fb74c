/** The stand-in's rosters: who is at which leaf after a commit, and entering its epoch. */
import { MAX_GROUP_DEVICES } from "@sotto/protocol";
import type { EpochChange, Member } from "../mls/port.ts";
import type { StandInEpoch, StandInState } from "./standInState.ts";
import { memberOfFields, NO_HANDSHAKES } from "./standInState.ts";

type MemberFields = Parameters<typeof memberOfFields>[0];

/** Members after the commit: removed first, then each added one at the leftmost blank leaf. `undefined` if the roster is impossible. */
export function nextRoster(
  { members }: Pick<StandInEpoch, "members">,
  removed: readonly number[],
  added: readonly MemberFields[],
): { readonly members: readonly Member[]; readonly added: readonly number[] } | undefined {
  const known = new Map(members.map((member) => [member.leaf, member]));
  for (const leaf of removed) if (!known.delete(leaf)) return undefined;
  const addedLeaves: number[] = [];
  for (const fields of added) {
    let leaf = 0;
    while (known.has(leaf)) leaf++;
    known.set(leaf, { ...memberOfFields(fields), leaf });
    addedLeaves.push(leaf);
  }
  const next = [...known.values()].toSorted((a, b) => a.leaf - b.leaf);
  const devices = new Set(next.map(({ credential }) => credential.device));
  return devices.size === next.length && next.length <= MAX_GROUP_DEVICES
    ? { members: next, added: addedLeaves }
    : undefined;
}

/** Enters an epoch; the one before is kept except after a Remove. A removed device keeps the roster and nothing to read with. */
export function entered(
  state: StandInState,
  epoch: StandInEpoch,
  committer: number,
  added: readonly number[],
  removed: readonly number[],
): { state: StandInState; change: EpochChange } {
  const at = (members: readonly Member[], leaf: number): Member[] =>
    members.filter((member) => member.leaf === leaf);
  const change: EpochChange = {
    committer: at(epoch.members, committer)[0] ?? null,
    added: added.flatMap((leaf) => at(epoch.members, leaf)),
    removed: removed.flatMap((leaf) => at(state.current.members, leaf)),
  };
  if (removed.includes(state.ownLeaf)) {
    const last = { ...state.current, key: new Uint8Array(32), members: epoch.members, ratchets: [] };
    return { state: { ...state, ...NO_HANDSHAKES, active: false, current: last, past: undefined }, change };
  }
  const past = removed.length === 0 ? state.current : undefined;
  return { state: { ...state, ...NO_HANDSHAKES, current: epoch, past }, change };
}
