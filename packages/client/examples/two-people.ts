/**
 * Two people who meet on a server: `node examples/two-people.ts http://localhost:5555`. Each would run on a device of their own; here both
 * homes are folders of one machine, removed at the end.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// An application names the package; within the repository only the example does.
// oxlint-disable-next-line no-restricted-imports
import type { ClientEvent, Sotto } from "sotto";
// oxlint-disable-next-line no-restricted-imports
import { openNodeHome } from "sotto/node";

const server = process.argv[2] ?? "http://localhost:5555";
const dir = mkdtempSync(join(tmpdir(), "sotto-example-"));
const suffix = Date.now().toString(36);
const names = { alice: `alice-${suffix}`, bob: `bob-${suffix}` };

const register = (userName: string): Promise<Sotto> =>
  openNodeHome({ dir: join(dir, userName) }).register({
    server,
    userName,
    password: "correct horse battery staple",
  });

/** The next event that `matches`. */
async function next(
  events: AsyncIterable<ClientEvent>,
  matches: (event: ClientEvent) => boolean,
): Promise<ClientEvent> {
  for await (const event of events) if (matches(event)) return event;
  throw new Error("the client was closed");
}

const [alice, bob] = await Promise.all([register(names.alice), register(names.bob)]);
try {
  const request = next(bob.events(), (event) => event.type === "contact" && event.state === "incoming");
  await alice.contacts.add(names.bob, "Hello Bob");
  await request;

  const answer = next(alice.events(), (event) => event.type === "message" && !event.message.mine);
  const accepted = next(bob.events(), (event) => event.type === "contact" && event.state === "accepted");
  await bob.contacts.accept(names.alice);
  await accepted;
  const { conversation } = bob.contacts.list()[0] ?? {};
  if (conversation === undefined) throw new Error("there is no contact");
  const sent = await bob.messages.send(conversation, "Hello Alice");
  await answer;
  await sent.reached("delivered");

  console.log("Compare this with each other:", await alice.contacts.safetyNumber(names.bob));
  for (const { mine, text } of await alice.messages.list(conversation)) {
    console.log(mine ? names.alice : names.bob, "wrote:", text);
  }
} finally {
  await Promise.all([alice.close(), bob.close()]);
  rmSync(dir, { recursive: true, force: true });
}
