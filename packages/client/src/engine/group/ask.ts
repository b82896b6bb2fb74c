/** What the user asks of a group: refused at once if it cannot be, else kept as wishes. */
import type { AccountId, ConversationId } from "@sotto/protocol";
import { MAX_GROUP_DEVICES, isGroupName } from "@sotto/protocol";
import type { Command, CommandProblem, CommandResult } from "../contract.ts";
import type { Core, Step } from "../core.ts";
import { commit, emit, refusal } from "../core.ts";
import { loadGroup } from "../groups.ts";
import type { Wish } from "../records/wish.ts";
import { Transaction } from "../transaction.ts";
import type { Wisher } from "./plan.ts";
import { namedRole, stateOf, withWish } from "./plan.ts";
import type { Standing } from "./policy.ts";
import { accountsOf, standingOf } from "./standing.ts";
import { wishesOf } from "./wishState.ts";
import { enqueueWishes } from "./wishes.ts";

type Asked = Extract<Command, { kind: "addMembers" | "removeMembers" | "renameGroup" | "setRole" }>;

export function* askOfGroup(core: Core, command: Asked): Step<CommandResult> {
  const { conversation: id } = command;
  const conversation = core.state.conversations.get(id);
  if (conversation === undefined) return refusal("unknownConversation");
  if (conversation.facts === null) return refusal("notGroup");
  if (conversation.state !== "active" || conversation.group === null)
    return refusal("conversationEnded", conversation.state);
  const group = yield* loadGroup(core, conversation.group);
  const standing = standingOf(group);
  if (standing === undefined) return refusal("notGroup");
  const asked = wishesIn(core, command, standing);
  if (!Array.isArray(asked)) return asked as CommandResult;
  const { account } = core.state.identity;
  const wisher: Wisher = { account, epoch: group.epoch, nowMs: core.now() };
  const wishes = asked as readonly Wish[];
  if (wishes.some((wish) => stateOf(standing, wisher, wish) === "void")) return refusal("notAllowed");
  yield* keep(core, id, wishes);
  return { ok: true, conversation: id };
}

/** Stores the wishes and has them looked at. */
function* keep(core: Core, id: ConversationId, wishes: readonly Wish[]): Step<void> {
  const kept = wishes.reduce<readonly Wish[]>(withWish, wishesOf(core.state, id));
  yield* commit(core, new Transaction().wishes(id, kept));
  emit(core, { type: "conversation", conversation: id, change: "members" });
  enqueueWishes(core, id);
}

/** The wishes of a command, or why there are none. */
function wishesIn(core: Core, command: Asked, standing: Standing): readonly Wish[] | CommandResult {
  const there = accountsOf(standing.members);
  switch (command.kind) {
    case "addMembers":
      return adding(core, command.accounts, standing);
    case "removeMembers": {
      const missing = command.accounts.find((account) => !there.includes(account));
      if (missing !== undefined) return refusal("notMember", nameOf(core, missing));
      if (command.accounts.includes(core.state.identity.account)) return refusal("self");
      return command.accounts.map((account) => ({ kind: "remove", account }));
    }
    case "renameGroup":
      return isGroupName(command.name) ? [{ kind: "rename", name: command.name }] : refusal("badName");
    case "setRole": {
      const { account, role } = command;
      if (!there.includes(account)) return refusal("notMember", nameOf(core, account));
      return namedRole(standing.charter, account) === role ? [] : [{ kind: "role", account, role }];
    }
  }
}

function adding(
  core: Core,
  accounts: readonly AccountId[],
  { members }: Standing,
): readonly Wish[] | CommandResult {
  const refuse = (problem: CommandProblem, account: AccountId): CommandResult =>
    refusal(problem, nameOf(core, account));
  const there = accountsOf(members);
  for (const account of accounts) {
    if (there.includes(account)) return refuse("alreadyMember", account);
    if (core.state.contacts.get(account)?.state !== "accepted") return refuse("notContact", account);
  }
  if (members.length + accounts.length > MAX_GROUP_DEVICES) return refusal("groupFull");
  return accounts.map((account) => ({ kind: "add", account }));
}

function nameOf({ state }: Core, account: AccountId): string {
  return state.contacts.get(account)?.userName ?? account;
}
