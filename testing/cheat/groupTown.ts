/** The town's group: alice, who owns it, bob and carol. Bob and carol are contacts of alice alone; mallory's device is the server's. */
import type { ConversationId, DeviceId, GroupId, MailboxEntry, MessageEntry } from "@sotto/protocol";
import type { CommandResult } from "sotto/simulation";
import type { Resident, Town } from "./town.ts";
import { openTown } from "./town.ts";

export const MEMBERS = ["alice", "bob", "carol"] as const;
export type MemberName = (typeof MEMBERS)[number];

export const GROUP_NAME = "walks";

/** `conversation` and `group` are the group's. */
export interface GroupTown extends Town {
  /** Of alice and bob. */
  readonly pair: { readonly conversation: ConversationId; readonly group: GroupId };
  say(from: MemberName, text: string): Promise<CommandResult>;
  /** Alice, who may, puts carol out or in. */
  change(kind: "addMembers" | "removeMembers", who: MemberName): Promise<CommandResult>;
  /** A day goes by with all devices off, and they come back. */
  nextDay(): Promise<void>;
}

const DAY_MS = 25 * 3_600_000;

export async function openGroupTown(): Promise<GroupTown> {
  const town = await openTown();
  const { alice, bob, carol } = town;
  await alice.command({ kind: "addContact", userName: "carol", text: null });
  await carol.command({ kind: "acceptContact", account: alice.person.identity.account });
  const members = [bob, carol].map(({ person }) => person.identity.account);
  const opened = await alice.command({ kind: "createGroup", name: GROUP_NAME, members });
  await town.settle();
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  const conversation = opened.conversation;
  const group = headOf(alice, conversation).group;
  if (group === null) throw new Error("the group is not open");
  for (const name of MEMBERS) {
    town[name].told();
    if (headOf(town[name], conversation).state !== "active") throw new Error(`${name} is not in the group`);
  }
  return {
    ...town,
    conversation,
    group,
    pair: { conversation: town.conversation, group: town.group },
    say: (from, text) => town[from].command({ kind: "sendText", conversation, text, replyTo: null }),
    change: (kind, who) =>
      alice.command({ kind, conversation, accounts: [town[who].person.identity.account] }),
    async nextDay() {
      for (const name of MEMBERS) town[name].client.command({ kind: "disconnect" });
      await town.settle();
      await town.pass(DAY_MS);
      for (const name of MEMBERS) town[name].client.command({ kind: "connect" });
      await town.pass(DELIVERY_LIST_MS);
    },
  };
}

/** Enough for members to compare the delivery list, and for one of them to correct it. */
export const DELIVERY_LIST_MS = 5 * 60_000;

type Head = NonNullable<ReturnType<Resident["engine"]["state"]["conversations"]["get"]>>;

/** The conversation as the device has it. Throws if it has none. */
export function headOf({ engine }: Resident, conversation: ConversationId): Head {
  const head = engine.state.conversations.get(conversation);
  if (head === undefined) throw new Error("no conversation");
  return head;
}

/** Devices that the device takes for members. */
export function rosterOf({ engine }: Resident, group: GroupId): readonly DeviceId[] {
  return (engine.state.groups.get(group)?.members ?? []).map(({ credential }) => credential.device);
}

/** What the server shows the device from now on, kept as well. */
export function overhear(resident: Resident): readonly MailboxEntry[] {
  const heard: MailboxEntry[] = [];
  resident.server.deceit.replace = (entry) => {
    heard.push(entry);
    return entry;
  };
  return heard;
}

/**
 * From now on the device does not get entries of which `keeps` says so: in their places it gets something on which it cannot have an opinion.
 * Returns those that were kept.
 */
export function withhold(
  town: GroupTown,
  resident: Resident,
  keeps: (entry: MailboxEntry) => boolean,
): readonly MailboxEntry[] {
  const kept: MailboxEntry[] = [];
  const { mailbox } = town.mallory.person.identity;
  resident.server.deceit.replace = (entry) => {
    if (!keeps(entry)) return entry;
    kept.push(entry);
    return { type: "departed", sequence: entry.sequence, group: town.group, mailbox };
  };
  return kept;
}

export function honest({ server }: Resident): void {
  server.deceit.replace = undefined;
  server.deceit.swallow = undefined;
  server.deceit.answer = undefined;
}

export function messagesOf(entries: readonly MailboxEntry[]): readonly MessageEntry[] {
  return entries.filter((entry) => entry.type === "message");
}
