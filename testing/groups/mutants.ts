/**
 * Planted faults: what our engines would do wrong if a rule of groups were forgotten, on one device of the world unless they say otherwise. Each must
 * be caught, or the simulation proves nothing. They are wrapped around the engines; nothing in them knows of it.
 */
import type { EpochChange, HandshakeOutcome, Member, MlsGroup } from "@sotto/crypto";
import type { AccountId } from "@sotto/protocol";
import {
  decodeCharter,
  decodeClientFrame,
  decodeMessageBinding,
  encodeClientFrame,
  encodeMessageBinding,
} from "@sotto/protocol";
import type { Effect, Engine, MlsCompletion, MlsOperation, MlsOutputs } from "sotto/simulation";
import type { ClientMutation } from "../sim/clientNode.ts";
import type { Mutation } from "../sim/world.ts";

interface GroupMutant {
  readonly name: string;
  readonly mutation: Mutation;
  /** On all devices: the case is rare. */
  readonly everywhere?: true;
}

export const GROUP_MUTANTS: readonly GroupMutant[] = [
  { name: "one member does not check the policy", mutation: client({ completion: trustCommits }) },
  { name: "a lost commit is not made again", mutation: client({ meddle: forgetLosses }) },
  { name: "an Add without its delivery list", mutation: client({ effects: addSilently }) },
  { name: "the base is ignored", mutation: client({ completion: dropBases }) },
  {
    name: "a Welcome is taken from a stranger",
    mutation: client({ meddle: befriendKnown }),
    everywhere: true,
  },
  { name: "who asks to leave is not let go", mutation: client({ completion: overhearLeaving }) },
  { name: "a wish is dropped when its commit is sent", mutation: client({ meddle: dropSentWishes }) },
  {
    name: "who cannot follow does not say so",
    mutation: client({ meddle: keepStill }),
    everywhere: true,
  },
  {
    name: "a refused commit is taken by its sender",
    mutation: client({ operation: evictSomebody, completion: trustOwnCommits }),
  },
  {
    name: "nobody compares the delivery list with the tree",
    mutation: client({ meddle: skipListChecks }),
    everywhere: true,
  },
];

function client(mutation: ClientMutation): Mutation {
  return { client: () => mutation };
}

/** The commit seems to come from the owner. */
function byOwner(group: MlsGroup, change: EpochChange): EpochChange {
  const charter = group.appData === null ? undefined : decodeCharter(group.appData);
  const owner = charter && memberOf(group.members, charter.owner);
  return owner === undefined || change.committer === null ? change : { ...change, committer: owner };
}

function memberOf(members: readonly Member[], account: AccountId): Member | undefined {
  return members.find(({ credential }) => credential.account === account);
}

function trustCommits(operation: MlsOperation, completion: MlsCompletion): MlsCompletion {
  if (operation.op !== "process" || !completion.ok) return completion;
  const outcome = completion.output as HandshakeOutcome;
  if (outcome.kind !== "applied") return completion;
  return { ok: true, output: { ...outcome, change: byOwner(operation.group, outcome.change) } };
}

function trustOwnCommits(operation: MlsOperation, completion: MlsCompletion): MlsCompletion {
  if (operation.op !== "adopt" || !completion.ok) return completion;
  const adopted = completion.output as MlsOutputs["adopt"];
  return { ok: true, output: { ...adopted, change: byOwner(operation.group, adopted.change) } };
}

/** Its commits in groups put out the owner besides, if that is somebody else. */
function evictSomebody(operation: MlsOperation): MlsOperation {
  if (operation.op !== "commit" || operation.group.appData === null) return operation;
  const charter = decodeCharter(operation.group.appData);
  const owner = charter && memberOf(operation.group.members, charter.owner);
  const { ownLeaf } = operation.group;
  if (owner === undefined || owner.leaf === ownLeaf) return operation;
  const remove = [...new Set([...operation.intent.remove, owner.leaf])];
  return { ...operation, intent: { ...operation.intent, remove } };
}

/** Wishes whose commit was refused for its place are never looked at again. */
function forgetLosses({ live }: Engine): void {
  for (const [id, pause] of live.wishPauses)
    if (pause.losses > 0) live.wishPauses.set(id, { ...pause, pauseMs: 1e12 });
}

function dropSentWishes({ state }: Engine): void {
  for (const { reason, group } of state.pending.values()) {
    const id = state.conversationOfGroup.get(group);
    if (reason === "wish" && id !== undefined) state.wishes.delete(id);
  }
}

function skipListChecks({ live }: Engine): void {
  for (const [id, check] of live.listChecks) live.listChecks.set(id, { ...check, isDone: true });
}

/** Whoever waits for being put in anew counts as having told the others. */
function keepStill({ state }: Engine): void {
  for (const [id, wishes] of state.wishes)
    state.wishes.set(
      id,
      wishes.map((wish) => (wish.kind === "reenter" ? { ...wish, told: true } : wish)),
    );
}

/** Whoever was met in a group counts as a contact. */
function befriendKnown({ state }: Engine): void {
  for (const [account, contact] of state.contacts)
    if (contact.state === "known") state.contacts.set(account, { ...contact, state: "accepted" });
}

/** The server is told of nobody who comes in. */
function addSilently(effects: readonly Effect[]): readonly Effect[] {
  return effects.map((effect) => {
    if (effect.type !== "request" || effect.request.kind !== "frame") return effect;
    const frame = decodeClientFrame(effect.request.frame);
    if (frame?.type !== "handshake" || frame.added.length === 0) return effect;
    const silent = encodeClientFrame({ ...frame, added: [], welcomeTo: [], welcome: null });
    return { ...effect, request: { ...effect.request, frame: silent } };
  });
}

function dropBases(operation: MlsOperation, completion: MlsCompletion): MlsCompletion {
  if (operation.op !== "decrypt" || !completion.ok) return completion;
  const decrypted = completion.output as MlsOutputs["decrypt"];
  const results = decrypted.results.map((result) => {
    const binding = result.kind === "failed" ? undefined : decodeMessageBinding(result.authenticatedData);
    if (result.kind === "failed" || binding === undefined) return result;
    return { ...result, authenticatedData: encodeMessageBinding({ ...binding, base: 0 }) };
  });
  return { ok: true, output: { ...decrypted, results } };
}

/** Requests to leave count as refused, so that its next commit does not carry them out. */
function overhearLeaving(operation: MlsOperation, completion: MlsCompletion): MlsCompletion {
  if (operation.op !== "process" || !completion.ok) return completion;
  if ((completion.output as HandshakeOutcome).kind !== "proposed") return completion;
  const delta = { put: new Map<string, Uint8Array>(), drop: [] };
  return { ok: true, output: { kind: "refused", reason: "overheard", group: operation.group, delta } };
}
