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

/** What a commit changes, by leaf: as the real engine's. */
export interface StandInChange {
  readonly committer: number;
  readonly added: readonly number[];
  readonly removed: readonly number[];
  /** Those of `removed` who asked for it. */
  readonly left: readonly number[];
  readonly external: boolean;
}

/** The change with its members; `members` are those of the next epoch. */
export function changeOf(
  { current }: StandInState,
  members: readonly Member[],
  { committer, added, removed, left, external }: StandInChange,
): EpochChange {
  const at = (list: readonly Member[], leaf: number): Member[] =>
    list.filter((member) => member.leaf === leaf);
  return {
    committer: at(members, committer)[0] ?? null,
    added: added.flatMap((leaf) => at(members, leaf)),
    removed: removed.flatMap((leaf) => at(current.members, leaf)),
    left: left.flatMap((leaf) => at(current.members, leaf)),
    external,
  };
}

/** Enters an epoch; the one before is kept except after a Remove. A removed device keeps the roster and nothing to read with. */
export function entered(
  state: StandInState,
  epoch: StandInEpoch,
  leaves: StandInChange,
): { state: StandInState; change: EpochChange } {
  const change = changeOf(state, epoch.members, leaves);
  if (leaves.removed.includes(state.ownLeaf)) {
    const { members, appData } = epoch;
    const last = { ...state.current, key: new Uint8Array(32), members, appData, ratchets: [] };
    return { state: { ...state, ...NO_HANDSHAKES, active: false, current: last, past: undefined }, change };
  }
  const past = leaves.removed.length === 0 ? state.current : undefined;
  return { state: { ...state, ...NO_HANDSHAKES, current: epoch, past }, change };
}
