/** Plays the scripted conversation between two terminal clients over a real server. */
import { conversationWith } from "../support/history.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent, until } from "../support/rpcClient.ts";
import type { World } from "../support/world.ts";
import type { Person, Scene } from "./script.ts";
import { REQUEST_TEXT, SCENES } from "./script.ts";

export interface PlayOptions {
  readonly world: World;
  /** Receives the transcript line by line. */
  readonly onLine: (line: string) => void;
  /** Called while the killed server is down. */
  readonly whileServerIsDown: () => void;
}

type Cast = Record<Person, RpcClient>;

const other = (person: Person): Person => (person === "alice" ? "bob" : "alice");

/** Both are registered; at the end both clients run and have settled. */
export async function play(options: PlayOptions): Promise<Cast> {
  const { world, onLine } = options;
  const cast: Cast = { alice: await world.startClient("alice"), bob: await world.startClient("bob") };
  await becomeContacts(cast, onLine);
  for (const scene of SCENES) await playScene(scene, cast, options);
  return cast;
}

async function becomeContacts({ alice, bob }: Cast, onLine: (line: string) => void): Promise<void> {
  const asked = nextEvent(bob, "message", "the request's text", ({ text }) => text === REQUEST_TEXT);
  const accepted = nextEvent(alice, "contact", "bob's acceptance", ({ state }) => state === "accepted");
  await alice.call("contacts.add", { username: "bob", text: REQUEST_TEXT });
  onLine("         alice asks bob to be her contact");
  await asked;
  onLine(spoken("alice", REQUEST_TEXT));
  await bob.call("contacts.accept", { username: "alice" });
  await accepted;
  onLine("         bob accepts");
}

async function playScene(
  scene: Scene,
  cast: Cast,
  { world, onLine, whileServerIsDown }: PlayOptions,
): Promise<void> {
  switch (scene.kind) {
    case "says": {
      const heard = hear(cast[other(scene.from)], scene.texts);
      await say(cast[scene.from], other(scene.from), scene.texts);
      for (const text of scene.texts) onLine(spoken(scene.from, text));
      await heard;
      return;
    }
    case "leaves":
      await cast[scene.who].close();
      onLine(`         ${scene.who} goes offline`);
      return;
    case "returns": {
      cast[scene.who] = await world.startClient(scene.who);
      onLine(`         ${scene.who} is back`);
      await caughtUp(cast[scene.who], cast[other(scene.who)]);
      return;
    }
    case "killed while": {
      const heard = hear(cast[other(scene.from)], scene.texts);
      await say(cast[scene.from], other(scene.from), scene.texts);
      await world.killServer();
      onLine("         the server is killed");
      whileServerIsDown();
      for (const text of scene.texts) onLine(spoken(scene.from, text));
      await world.startServer();
      onLine("         the server is back");
      await heard;
      return;
    }
    case "renews keys": {
      const renewed = Promise.all(
        Object.values(cast).map((client) =>
          nextEvent(client, "conversation", "new keys", ({ change }) => change === "keysRenewed"),
        ),
      );
      const client = cast[scene.who];
      await client.call("conversations.renewKeys", {
        conversation: await conversationWith(client, other(scene.who)),
      });
      await renewed;
      onLine(`         ${scene.who} renews the keys`);
    }
  }
}

/** Sends all at once; resolves when all are stored in the outbox. */
async function say(speaker: RpcClient, to: Person, texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => speaker.call("messages.send", { to: `@${to}`, text })));
}

/** Resolves when the texts have arrived; at once for somebody who is away. */
async function hear(listener: RpcClient, texts: readonly string[]): Promise<void> {
  if (listener.hasEnded()) return;
  await Promise.all(
    texts.map((expected) => nextEvent(listener, "message", "a message", ({ text }) => text === expected)),
  );
}

/** Resolves when who was away has the last message of who was not. */
async function caughtUp(returned: RpcClient, stayed: RpcClient): Promise<void> {
  const lastId = async (client: RpcClient, name: string): Promise<string | undefined> => {
    const conversation = await conversationWith(client, name);
    return (await client.call("messages.list", { conversation, limit: 1 }))[0]?.id;
  };
  const last = await lastId(stayed, returned.name);
  await until(
    returned,
    "what was said meanwhile",
    async () => (await lastId(returned, stayed.name)) === last,
  );
}

function spoken(person: Person, text: string): string {
  return `${person.padStart(7)}: ${text}`;
}
