/** A member's commit may strike others off the delivery list, which the server cannot judge: that puts nobody out of the group (GRP-11). */
import { describe, expect, it } from "vitest";
import type { ConversationId, GroupId, MailboxId } from "@sotto/protocol";
import type { GroupBench } from "../../testing/groupBench.ts";
import { createGroupBench } from "../../testing/groupBench.ts";

const MINUTE_MS = 60_000;

interface Town {
  readonly town: GroupBench;
  readonly id: ConversationId;
  readonly list: Set<MailboxId>;
  readonly carol: MailboxId;
}

async function openTown(): Promise<Town> {
  const town = await createGroupBench(["alice", "bob", "carol"]);
  const members = [town.of("bob").account, town.of("carol").account];
  const opened = await town.command("alice", { kind: "createGroup", name: "walks", members });
  if (!opened.ok || opened.conversation === undefined) throw new Error("no group");
  const id = opened.conversation;
  const { group } = town.conversation("alice", id);
  const { list } = town.groups.get(group as GroupId) ?? {};
  if (list === undefined) throw new Error("the relay has no such group");
  return { town, id, list, carol: town.of("carol").mailbox };
}

const shown = (town: GroupBench, name: string): readonly string[] =>
  town.of(name).bench.events.flatMap((event) => (event.type === "message" ? [event.message.text] : []));

describe("who is struck off the delivery list", () => {
  it("stays in the group, and what it writes comes when it has been put in anew", async () => {
    const { town, id, list, carol } = await openTown();
    // The list has been looked at since the group was made.
    await town.pass(5 * MINUTE_MS);
    list.delete(carol);
    await town.command("bob", { kind: "renewKeys", conversation: id });
    await town.command("carol", { kind: "sendText", conversation: id, text: "hear me", replyTo: null });
    expect(town.conversation("carol", id).state).toBe("active");
    await town.pass(10 * MINUTE_MS);
    expect(list.has(carol)).toBe(true);
    expect(town.conversation("carol", id).state).toBe("active");
    expect(shown(town, "alice")).toContain("hear me");
    expect(new Set(town.epochs(["alice", "bob", "carol"], id)).size).toBe(1);
  });

  it("whose own commit is refused stays as well", async () => {
    const { town, id, list, carol } = await openTown();
    list.delete(carol);
    await town.command("carol", { kind: "renewKeys", conversation: id });
    await town.pass(MINUTE_MS / 60);
    expect(town.conversation("carol", id).state).toBe("active");
  });

  it("and is put in by nobody is out in the end", async () => {
    const { town, id, list, carol } = await openTown();
    await town.goOffline("alice");
    await town.goOffline("bob");
    list.delete(carol);
    await town.command("carol", { kind: "sendText", conversation: id, text: "hear me", replyTo: null });
    await town.pass(15 * MINUTE_MS);
    expect(town.conversation("carol", id).state).toBe("ended");
  });
});
