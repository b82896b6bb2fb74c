/** What somebody who knows the password cannot do, and what a refused commit leaves behind. */
import type { DeviceIdentity } from "@sotto/crypto";
import { externalCommit } from "@sotto/crypto/testing";
import { encodeHandshakeBinding, idBytes } from "@sotto/protocol";
import { expect, it } from "vitest";
import type { BenchDevice } from "../../testing/groupBench.ts";
import { createRoomTown } from "../../testing/roomTown.ts";

const MINUTE_MS = 60_000;
const identityOf = ({ person }: BenchDevice): DeviceIdentity => person.identity;

it("ROOM-15: who comes in and removes somebody is refused by all; the room goes on, and lets others in", async () => {
  const place = await createRoomTown(["alice", "bob", "carol", "mallory"], { real: true });
  const { town, id, group, join, agree, write, texts } = place;
  await join("bob", "alice");
  const { headIndex, headHash } = town.conversation("alice", id);
  const parts = [...town.of("alice").bench.disk.read("group")].map(
    ([key, value]) => [key.slice(33), value] as const,
  );
  const forged = await externalCommit(new Map(parts), identityOf(town.of("mallory")), {
    evicted: identityOf(town.of("bob")),
    authenticatedData: encodeHandshakeBinding({
      conversation: idBytes(id),
      index: headIndex + 1,
      previousHash: headHash,
    }),
  });
  const { bench } = town.of("mallory");
  const relay = bench.onFrame;
  bench.onFrame = (frame) => relay(frame.type === "handshake" ? { ...frame, handshake: forged } : frame);
  await join("mallory", "alice");
  for (const name of ["alice", "bob"]) {
    expect(town.conversation(name, id)).toMatchObject({ state: "active", headIndex: headIndex + 1 });
    expect(town.conversation(name, id).facts?.members).toHaveLength(2);
    expect(town.changes(name, id)).toContain("refusedHandshake");
  }
  expect(agree("alice", "bob")).toBe(true);
  await write("bob", "still here");
  expect(texts("alice")).toEqual(["still here"]);
  // What mallory has left at the server leads nowhere: a member has put it right, and the delivery list.
  const poisoned = town.rooms.get(group)?.info;
  await town.pass(3 * MINUTE_MS);
  expect(town.rooms.get(group)?.info).not.toEqual(poisoned);
  expect(town.groups.get(group)?.list.has(town.of("mallory").mailbox)).toBe(false);
  expect(await join("carol", "alice")).toMatchObject({ ok: true });
  expect(agree("alice", "bob", "carol")).toBe(true);
});
