/** What people ask of the group: changes, each of which comes true or is told as failed, or is refused at once. */
import type { AccountId, Charter } from "@sotto/protocol";
import type { Command } from "sotto/simulation";
import type { ClientNode } from "../sim/clientNode.ts";
import type { Epoch } from "./epochBook.ts";
import type { GroupWorld } from "./world.ts";

export type Change = Extract<
  Command,
  { kind: "addMembers" | "removeMembers" | "renameGroup" | "setRole" | "leaveGroup" }
>;

export type Role = Extract<Change, { kind: "setRole" }>["role"];

/** A change that an engine has taken. */
export interface Asked {
  readonly by: ClientNode;
  readonly change: Change;
  /** Of the epoch in which the asker was. */
  readonly epoch: number;
  /** How often its process had died by then. */
  readonly crashes: number;
}

export interface Standing {
  readonly charter: Charter;
  readonly members: readonly AccountId[];
  readonly epoch: number;
}

/** The group as the device knows it, while it can act there. */
export function standingAt({ engine }: ClientNode, { conversation }: GroupWorld): Standing | undefined {
  const record = engine?.state.conversations.get(conversation);
  if (record?.facts == null || record.group === null || record.state !== "active") return undefined;
  const group = engine?.state.groups.get(record.group);
  const { charter, members } = record.facts;
  return group && { charter, members, epoch: group.epoch };
}

/** Asks for the change; `onTaken` when the engine has said yes. */
export function ask(world: GroupWorld, by: ClientNode, change: Change, onTaken?: () => void): void {
  const before = standingAt(by, world);
  const crashes = world.watch.crashes(by);
  by.command(change, (result) => {
    const standing = standingAt(by, world) ?? before;
    if (!result.ok || standing === undefined) return;
    // Of whoever has left the record says still what the group was then.
    const facts = by.engine?.state.conversations.get(world.conversation)?.facts ?? standing;
    checkAllowed(world, by, change, facts);
    world.asked.push({ by, change, epoch: standing.epoch, crashes });
    onTaken?.();
  });
}

/** While the group has its owner, a plain member is refused everything but leaving, and the owner that. */
function checkAllowed(
  { watch }: GroupWorld,
  by: ClientNode,
  change: Change,
  { charter, members }: Pick<Standing, "charter" | "members">,
): void {
  const { account } = by.person.identity;
  if (!members.includes(charter.owner)) return;
  const role = charter.owner === account ? "owner" : charter.admins.includes(account) ? "admin" : "member";
  const isForbidden =
    change.kind === "leaveGroup"
      ? role === "owner" && members.length > 1
      : isChange(change, charter) && !isAllowedTo(role, change, charter);
  if (isForbidden) watch.violation("allowed-wrongly", `${by.name}, ${role}: ${change.kind}`);
}

function isChange(change: Change, charter: Charter): boolean {
  if (change.kind === "renameGroup") return change.name !== charter.name;
  if (change.kind !== "setRole") return true;
  return change.role !== namedRole(charter, change.account);
}

function isAllowedTo(role: Role, change: Change, charter: Charter): boolean {
  if (role === "owner") return true;
  if (role === "member" || change.kind === "setRole") return false;
  if (change.kind !== "removeMembers") return true;
  return change.accounts.every((account) => namedRole(charter, account) === "member");
}

export function namedRole({ owner, admins }: Charter, account: AccountId): Role {
  if (account === owner) return "owner";
  return admins.includes(account) ? "admin" : "member";
}

/** Whether the change was so at some time in these epochs. Of several accounts: each of them at its own. */
export function cameTrue({ change, by }: Asked, epochs: readonly Epoch[]): boolean {
  switch (change.kind) {
    case "addMembers":
      return change.accounts.every((account) => epochs.some(({ members }) => members.has(account)));
    case "removeMembers":
      return change.accounts.every((account) => epochs.some(({ members }) => !members.has(account)));
    case "renameGroup":
      return epochs.some(({ charter }) => charter.name === change.name);
    case "setRole":
      return epochs.some(
        ({ charter, members }) =>
          members.has(change.account) && namedRole(charter, change.account) === change.role,
      );
    case "leaveGroup":
      return epochs.some(({ members }) => !members.has(by.person.identity.account));
  }
}

/** What two changes of one person are both about: the later one takes the place of the earlier. */
export function subjectsOf(change: Change): readonly string[] {
  switch (change.kind) {
    case "addMembers":
    case "removeMembers":
      return change.accounts.map((account) => `member ${account}`);
    case "setRole":
      return [`role ${change.account}`];
    default:
      return [change.kind];
  }
}
