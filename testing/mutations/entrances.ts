/** The calls of the engine that take bytes from outside, and what they may make of altered ones. */
import type {
  CommitEffect,
  DeviceIdentity,
  GroupDelta,
  HandshakeOutcome,
  KeyPackageBundle,
  KnownPsk,
  MlsEngine,
  MlsGroup,
} from "@sotto/crypto";
import { MlsInputError } from "@sotto/crypto";
import { NOW_MS } from "@sotto/crypto/testing";
import { bytesEqual, toHex } from "@sotto/protocol";

/**
 * - `refused`: as it should.
 * - `same`: the state that the honest bytes lead to. Only a Welcome has parts that are not for this device or that nobody authenticates.
 * - `alike`: every member made the same of a member's signed commit, or could not know. What it may do is another question.
 * - `out`: refused for its confirmation tag, which the one that it removes cannot check: that needs the next epoch's secrets, and neither
 *   the signature nor, from outside, anything else covers the tag.
 * - Faults: `accepted`, `undecided` (by bytes of somebody outside), `split` (members came to different ends).
 */
export type Verdict = "refused" | "same" | "alike" | "out" | "accepted" | "undecided" | "split";

/** Takes bytes, keeps no state: what they would change is thrown away. */
export type Entrance = (bytes: Uint8Array) => Promise<Verdict>;

const NO_BYTES = new Uint8Array();

export function keyPackageEntrance(engine: MlsEngine): Entrance {
  return (bytes) => settle(engine.inspectKeyPackage(bytes, NOW_MS), () => "accepted");
}

/** The adder's check of what it adds. */
export function addEntrance(engine: MlsEngine, group: MlsGroup): Entrance {
  const intent = { remove: [], authenticatedData: NO_BYTES, joinerInfo: NO_BYTES };
  return (bytes) => settle(engine.commit(group, { ...intent, add: [bytes] }, NOW_MS), () => "accepted");
}

/**
 * `honest` Welcomes lead to the groups that may be joined. With `ownWord` the altered bytes come from the adder, who may tell a joiner
 * what it likes beside (`joinerInfo`).
 */
export async function welcomeEntrance(
  engine: MlsEngine,
  honest: readonly Uint8Array[],
  bundle: KeyPackageBundle,
  device: DeviceIdentity,
  ownWord: boolean,
  psks: readonly KnownPsk[] = [],
): Promise<Entrance> {
  const join = (bytes: Uint8Array) => engine.join(bytes, [bundle], device, psks);
  const known = await Promise.all(honest.map(join));
  return (bytes) =>
    settle(join(bytes), (joined) => {
      const same = known.some(
        (one) =>
          endOf(engine, one.group) === endOf(engine, joined.group) &&
          (ownWord || bytesEqual(one.joinerInfo, joined.joinerInfo)) &&
          one.adder.leaf === joined.adder.leaf &&
          one.keyPackageRef === joined.keyPackageRef,
      );
      return same ? "same" : "accepted";
    });
}

export function groupInfoEntrance(engine: MlsEngine): Entrance {
  return (bytes) => settle(engine.inspectGroupInfo(bytes), () => "accepted");
}

/** The device that would let itself in. */
export function externalEntrance(engine: MlsEngine, device: DeviceIdentity): Entrance {
  const intent = { authenticatedData: NO_BYTES };
  return (bytes) => settle(engine.joinExternal(bytes, device, intent, NOW_MS), () => "accepted");
}

export function handshakeEntrance(
  engine: MlsEngine,
  group: MlsGroup,
  psks: readonly KnownPsk[] = [],
): Entrance {
  return (bytes) =>
    settle(engine.process(group, bytes, { authenticatedData: NO_BYTES, psks }), (outcome) => {
      if (outcome.kind === "undecided") return "undecided";
      return outcome.kind !== "refused" || isChange(outcome.delta) ? "accepted" : "refused";
    });
}

/**
 * All that members make of one commit. Those that a Remove puts out do not enter the epoch with the others. `signed`: a member of the
 * group made the bytes, which may then be what they like as long as all see the same.
 */
export function sharedEntrance(engine: MlsEngine, groups: readonly MlsGroup[], signed: boolean): Entrance {
  return async (bytes) => {
    const ends = new Set<string>();
    const effects = new Set<string>();
    const reasons = new Set<string>();
    for (const group of groups) {
      const outcome = await engine.process(group, bytes, { authenticatedData: NO_BYTES });
      if (outcome.kind === "refused") reasons.add(outcome.reason);
      else if (outcome.kind !== "undecided") ends.add(endOf(engine, outcome.group));
      const effect = effectOf(outcome);
      if (effect !== undefined) effects.add(effectText(effect));
    }
    // Roles are judged by it, and by whoever cannot read the path or is put out too.
    if (effects.size > 1) return "split";
    const out = ends.delete(REMOVED);
    if (ends.size > 1 || (ends.size > 0 && reasons.size > 0)) return "split";
    if (reasons.size === 0) return signed ? "alike" : "accepted";
    if (!out) return "refused";
    return [...reasons].every((reason) => reason === "confirmation tag") ? "out" : "split";
  };
}

export function messageEntrance(engine: MlsEngine, group: MlsGroup): Entrance {
  return (bytes) =>
    settle(engine.decrypt(group, [bytes]), ({ results, delta }) =>
      results.every(({ kind }) => kind === "failed") && !isChange(delta) ? "refused" : "accepted",
    );
}

type Effect = Omit<CommitEffect, "without">;

/** What a commit does, as its outcome tells it. */
function effectOf(outcome: HandshakeOutcome): Effect | undefined {
  if (outcome.kind === "undecided") return outcome.effect;
  if (outcome.kind !== "applied") return undefined;
  const { change, group } = outcome;
  return { change, members: group.members, appData: group.appData };
}

function effectText({ change, members, appData }: Effect): string {
  const { committer, added, removed, left, external } = change;
  const lists = [committer === null ? [] : [committer], added, removed, left, members];
  const texts = lists.map((list) =>
    list.map(({ leaf, credential, leafKey }) => `${leaf} ${credential.device} ${toHex(leafKey)}`).join(),
  );
  return [...texts, external, appData && toHex(appData)].join("\n");
}

const REMOVED = "removed";

function endOf(engine: MlsEngine, group: MlsGroup): string {
  return group.active ? toHex(engine.epochAuthenticator(group)) : REMOVED;
}

/** A typed error is a refusal; any other passes through. */
async function settle<T>(call: Promise<T>, judge: (value: T) => Verdict): Promise<Verdict> {
  try {
    return judge(await call);
  } catch (error) {
    if (error instanceof MlsInputError) return "refused";
    throw error;
  }
}

function isChange({ put, drop }: GroupDelta): boolean {
  return put.size + drop.length > 0;
}
