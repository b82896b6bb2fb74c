/** ROOM-12 to ROOM-17: rooms that others enter by password, on the bench's relay. */
import type { ClientFrame } from "@sotto/protocol";
import { describe, expect, it } from "vitest";
import { createRoomTown } from "../../testing/roomTown.ts";

const MINUTE_MS = 60_000;

describe("ROOM-15: coming in", () => {
  it.each([
    ["the stand-in", false],
    ["real MLS", true],
  ])("while everybody else is away, with %s", async (_, real) => {
    const { town, id, join, write, texts, lines, account, agree, room } = await createRoomTown(
      ["alice", "bob", "carol"],
      { real },
    );
    await town.goOffline("alice");
    expect(await join("bob", "alice")).toMatchObject({ ok: true, conversation: id });
    await write("bob", "anybody here?");
    expect(await join("carol", "bob")).toMatchObject({ ok: true });
    await write("bob", "hello carol");
    await write("carol", "hello bob");
    expect(texts("carol")).toEqual(["hello bob", "hello carol"].toReversed());
    await town.goOnline("alice");
    await town.pass(MINUTE_MS);
    expect(texts("alice")).toEqual(["anybody here?", "hello carol", "hello bob"]);
    expect(agree("alice", "bob", "carol")).toBe(true);
    const came = (name: string): unknown => [account(name), { kind: "entered", account: account(name) }];
    expect(lines("alice").slice(1)).toEqual([came("bob"), came("carol")]);
    expect(lines("bob")).toEqual([came("bob"), came("carol")]);
    expect(lines("carol")).toEqual([came("carol")]);
    for (const name of ["bob", "carol"]) {
      expect(room(name).secret).toEqual(room("alice").secret);
      expect(room(name).k).toBe(1);
    }
  });

  it("by code and password where the link is not required, and by neither half where it is", async () => {
    const open = await createRoomTown(["alice", "bob"], { linkRequired: false });
    expect(open.invitation("alice").linkSecret).toBeNull();
    expect(await open.join("bob", "alice")).toMatchObject({ ok: true });
    const linked = await createRoomTown(["alice", "bob"]);
    expect(await linked.join("bob", "alice", { linkSecret: null })).toMatchObject({
      problem: "wrongRoomPassword",
    });
    const other = new Uint8Array(32);
    expect(await linked.join("bob", "alice", { linkSecret: other })).toMatchObject({
      problem: "wrongRoomPassword",
    });
    expect(linked.town.of("bob").bench.engine.state.rooms.size).toBe(0);
  });

  it.each([
    ["a wrong password", { password: "wrong-wrong-wrong" }],
    ["an unknown code", { code: "000000000000" }],
    ["what is no code", { code: "xyz" }],
  ])("not with %s", async (_, other) => {
    const { town, join, group } = await createRoomTown(["alice", "bob"]);
    expect(await join("bob", "alice", other)).toEqual({ ok: false, problem: "wrongRoomPassword" });
    expect(town.groups.get(group)?.index).toBe(1);
    const { state } = town.of("bob").bench.engine;
    expect([state.rooms.size, state.pending.size, state.conversations.size]).toEqual([0, 0, 0]);
  });

  it("again changes nothing for who is in", async () => {
    const { town, id, group, join } = await createRoomTown(["alice", "bob"]);
    await join("bob", "alice");
    expect(await join("bob", "alice")).toEqual({ ok: true, conversation: id });
    expect(town.groups.get(group)?.index).toBe(2);
  });

  it("one who lost the place tries again from the newer group info", async () => {
    const { town, join, agree, group } = await createRoomTown(["alice", "bob", "carol"]);
    let isFirst = true;
    town.onFrame = (name, frame) => {
      if (name === "bob" && frame.type === "handshake" && isFirst) {
        isFirst = false;
        const { requestId } = frame;
        return { type: "refused", requestId, code: "staleEpoch", index: 2 };
      }
      return undefined;
    };
    expect(await join("bob", "alice")).toMatchObject({ ok: true });
    expect(await join("carol", "alice")).toMatchObject({ ok: true });
    expect(town.groups.get(group)?.index).toBe(3);
    expect(agree("alice", "bob", "carol")).toBe(true);
  });

  it("gives up when others are always first, and leaves nothing behind", async () => {
    const { town, join } = await createRoomTown(["alice", "bob"]);
    let tries = 0;
    town.onFrame = (name, { type, requestId }) => {
      if (name !== "bob" || type !== "handshake") return undefined;
      tries++;
      return { type: "refused", requestId, code: "staleEpoch", index: 7 };
    };
    expect(await join("bob", "alice")).toEqual({ ok: false, problem: "roomBusy" });
    expect(tries).toBe(12);
    const { state } = town.of("bob").bench.engine;
    expect([state.rooms.size, state.pending.size]).toEqual([0, 0]);
  });
});

describe("NET-4: a device that dies while it comes in", () => {
  it("brings the same bytes again, and is in", async () => {
    const { town, id, join, agree, lines } = await createRoomTown(["alice", "bob"]);
    const sent: ClientFrame[] = [];
    town.onFrame = (name, frame) => {
      if (name !== "bob" || frame.type !== "handshake") return undefined;
      sent.push(frame);
      if (sent.length > 1) return undefined;
      // Stored before it is sent.
      expect(town.of("bob").bench.disk.read("pending").size).toBe(1);
      return { type: "refused", requestId: frame.requestId, code: "unavailable" };
    };
    expect(await join("bob", "alice")).toMatchObject({ problem: "offline" });
    await town.restart("bob");
    await town.settle();
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject({ handshake: (sent[0] as { handshake: Uint8Array }).handshake });
    expect(town.conversation("bob", id).state).toBe("active");
    expect(lines("bob")).toHaveLength(1);
    expect(agree("alice", "bob")).toBe(true);
  });

  it("finds itself in by the entry, when the server had taken it", async () => {
    const { town, id, invitation, write, agree, texts, group } = await createRoomTown(["alice", "bob"]);
    const { bench } = town.of("bob");
    // The relay takes it, and the answer is lost.
    const relay = bench.onFrame;
    bench.onFrame = (frame) => {
      const reply = relay(frame);
      return frame.type === "handshake"
        ? { type: "refused", requestId: frame.requestId, code: "unavailable" }
        : reply;
    };
    const { code, password, linkSecret } = invitation("alice");
    const command = { kind: "joinRoom", code, password, linkSecret } as const;
    expect(await town.start("bob", command)).toMatchObject({ problem: "offline" });
    await town.goOffline("bob");
    await town.settle();
    await write("alice", "who is that?");
    await town.restart("bob");
    await town.goOnline("bob");
    await town.pass(MINUTE_MS);
    expect(town.conversation("bob", id).state).toBe("active");
    expect(texts("bob")).toEqual(["who is that?"]);
    expect(agree("alice", "bob")).toBe(true);
    expect(town.groups.get(group)?.index).toBe(2);
  });

  it("is cleanly out when the join secret has changed meanwhile", async () => {
    const place = await createRoomTown(["alice", "bob", "carol"]);
    const { town, id, group, join, account } = place;
    await join("carol", "alice");
    const bob = town.of("bob");
    bob.bench.onFrame = ({ requestId }) => ({ type: "refused", requestId, code: "unavailable" });
    expect(await join("bob", "alice")).toMatchObject({ problem: "offline" });
    await town.goOffline("bob");
    await town.command("alice", {
      kind: "removeMembers",
      conversation: id,
      accounts: [account("carol")],
    });
    await town.pass(MINUTE_MS);
    await town.restart("bob");
    await town.goOnline("bob");
    await town.pass(MINUTE_MS);
    const { state } = town.of("bob").bench.engine;
    expect([state.rooms.size, state.pending.size, state.conversations.size]).toEqual([0, 0, 0]);
    expect(town.groups.get(group)?.list.has(bob.mailbox)).toBe(false);
  });
});

describe("ROOM-17: the invitation", () => {
  it("is renewed when somebody is removed: the one before opens nothing, and members have the new one", async () => {
    const place = await createRoomTown(["alice", "bob", "carol", "dave"]);
    const { town, id, join, account, invitation, room } = place;
    await join("bob", "alice");
    await join("carol", "alice");
    const before = invitation("alice");
    expect(invitation("bob")).toMatchObject({ code: before.code, password: before.password });
    await town.command("alice", {
      kind: "removeMembers",
      conversation: id,
      accounts: [account("carol")],
    });
    expect(await join("dave", "bob", before)).toMatchObject({ problem: "wrongRoomPassword" });
    await town.pass(MINUTE_MS);
    const now = invitation("bob");
    expect(now.code).not.toBe(before.code);
    expect(now.password).not.toBe(before.password);
    expect(now.linkSecret).not.toEqual(before.linkSecret);
    expect(invitation("alice")).toEqual(now);
    expect(room("bob").secret).toEqual(room("alice").secret);
    expect(town.changes("bob", id)).toContain("invitationChanged");
    expect(await join("dave", "bob", before)).toMatchObject({ problem: "wrongRoomPassword" });
    expect(await join("carol", "bob", before)).toMatchObject({ problem: "wrongRoomPassword" });
    expect(await join("dave", "bob")).toMatchObject({ ok: true });
    expect(place.agree("alice", "bob", "dave")).toBe(true);
  });

  it("is renewed by an admin when the owner is away, and by one of two only in the end", async () => {
    const place = await createRoomTown(["alice", "bob", "carol", "dave"]);
    const { town, id, join, account, invitation } = place;
    for (const name of ["bob", "carol", "dave"]) await join(name, "alice");
    for (const name of ["bob", "carol"])
      await town.command("alice", {
        kind: "setRole",
        conversation: id,
        account: account(name),
        role: "admin",
      });
    await town.command("alice", { kind: "removeMembers", conversation: id, accounts: [account("dave")] });
    await town.goOffline("alice");
    await town.pass(5 * MINUTE_MS);
    expect(invitation("bob")).toEqual(invitation("carol"));
    expect(invitation("bob").k).toBe(place.room("bob").k);
    await town.goOnline("alice");
    await town.pass(5 * MINUTE_MS);
    expect(invitation("alice")).toEqual(invitation("bob"));
    expect(await join("dave", "carol")).toMatchObject({ ok: true });
  });

  it("is told to who was put in by a Welcome", async () => {
    const { town, id, account, invitation, room } = await createRoomTown(["alice", "bob"]);
    await town.command("alice", { kind: "addMembers", conversation: id, accounts: [account("bob")] });
    await town.pass(MINUTE_MS);
    expect(room("bob").secret).toEqual(room("alice").secret);
    expect(invitation("bob")).toEqual(invitation("alice"));
  });

  it("who is put in by the commit that removes somebody has the new join secret", async () => {
    const { town, id, join, account, room } = await createRoomTown(["alice", "bob", "carol"]);
    await join("carol", "alice");
    await town.goOffline("alice");
    await town.start("alice", { kind: "addMembers", conversation: id, accounts: [account("bob")] });
    await town.start("alice", { kind: "removeMembers", conversation: id, accounts: [account("carol")] });
    await town.goOnline("alice");
    await town.pass(MINUTE_MS);
    expect(room("bob").k).toBe(room("alice").k);
    expect(room("bob").secret).toEqual(room("alice").secret);
  });

  it("is renewed by its owner when asked, and not by a member", async () => {
    const { town, id, join, invitation } = await createRoomTown(["alice", "bob", "carol"]);
    await join("bob", "alice");
    const before = invitation("alice");
    const renew = { kind: "renewInvitation", conversation: id } as const;
    expect(await town.command("bob", renew)).toMatchObject({ problem: "notAllowed" });
    expect(await town.command("alice", { ...renew, password: "too short" })).toMatchObject({
      problem: "weakPassword",
    });
    const password = "a long walk by the river";
    expect(await town.command("alice", { ...renew, password, linkRequired: false })).toMatchObject({
      ok: true,
    });
    expect(invitation("bob")).toMatchObject({ password, linkSecret: null, version: 2 });
    expect(await join("carol", "alice", before)).toMatchObject({ problem: "wrongRoomPassword" });
    expect(await join("carol", "bob")).toMatchObject({ ok: true });
  });

  it("a code that the server does not take is replaced", async () => {
    const { town, invitation, join, id } = await createRoomTown(["alice", "bob", "carol"]);
    await join("bob", "alice");
    let conflicts = 0;
    town.onRequest = (_, request) =>
      request.kind === "putRoom" && conflicts++ === 0 ? { kind: "refused", code: "conflict" } : undefined;
    await town.command("alice", { kind: "renewInvitation", conversation: id });
    await town.pass(MINUTE_MS);
    expect(conflicts).toBe(2);
    expect(invitation("bob")).toEqual(invitation("alice"));
    expect(await join("carol", "bob")).toMatchObject({ ok: true });
  });

  it("goes to the server when that can be reached again", async () => {
    const { town, id, join, invitation } = await createRoomTown(["alice", "bob"]);
    await town.goOffline("alice");
    const renewed = await town.start("alice", { kind: "renewInvitation", conversation: id });
    expect(renewed).toMatchObject({ ok: true });
    expect(await join("bob", "alice")).toMatchObject({ problem: "wrongRoomPassword" });
    await town.goOnline("alice");
    await town.pass(MINUTE_MS);
    expect(invitation("alice").version).toBe(2);
    expect(await join("bob", "alice")).toMatchObject({ ok: true });
  });
});
