/** What must hold after every attempt on the conversation of alice and bob that was refused. */
import { expect } from "vitest";
import { listOf } from "./forgeries.ts";
import type { Town } from "./town.ts";

/** Nobody has come in, nothing has changed, and the two go on writing to each other. */
export async function expectUntouched(town: Town): Promise<void> {
  const { alice, bob, mallory, conversation, group } = town;
  const both = [alice, bob].map(({ person }) => person.identity.device).toSorted();
  for (const { engine } of [alice, bob]) {
    expect(engine.state.conversations.get(conversation)).toMatchObject({ group, state: "active" });
    const members = engine.state.groups.get(group)?.members ?? [];
    expect(members.map(({ credential }) => credential.device).toSorted()).toEqual(both);
  }
  const contact = alice.engine.state.contacts.get(bob.person.identity.account);
  expect(contact).toMatchObject({
    state: "accepted",
    accountKey: listOf(bob.person).accountKey,
    listVersion: 1,
  });
  expect(await town.write("alice", "from alice")).toMatchObject({ ok: true });
  expect(await town.write("bob", "from bob")).toMatchObject({ ok: true });
  expect([alice.texts(), bob.texts(), mallory.texts()]).toEqual([["from bob"], ["from alice"], []]);
}
