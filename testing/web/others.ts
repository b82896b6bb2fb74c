/** Whom Alice writes to: somebody at another browser, with the same hands, or a script. */
import type { Browser } from "playwright-core";
import type { Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import type { Other, WalkOptions } from "./conversationWalk.ts";
import { hear, openPerson, register, sendMessage } from "./pagePerson.ts";
import { button, field, leadsTo, see } from "./sight.ts";

export async function otherAtBrowser(
  browser: Browser,
  userName: string,
  options: Pick<WalkOptions, "origin" | "hands">,
): Promise<Other> {
  const bob = await openPerson(browser, userName, { hands: options.hands, throttle: 1 });
  await bob.page.goto(options.origin);
  await register(bob);
  return {
    userName,
    async accept(from) {
      await bob.hands.press(leadsTo("#/requests"));
      await see(bob.page, { kind: "article", says: `Request from ${from}` });
      await bob.hands.press(button("Accept"));
      await see(bob.page, field(`Message to ${from}`));
    },
    hear: (from, text) => hear(bob, from, text),
    say: (to, text) => sendMessage(bob, to, text),
    close: () => bob.page.context().close(),
  };
}

/** @param dir folder of its device */
export async function scriptedOther(userName: string, server: string, dir: string): Promise<Other> {
  const bob = await openNodeHome({ dir, links: false }).register({
    server,
    userName,
    password: "another horse battery",
  });
  const heard: string[] = [];
  const stop = bob.on((event) => {
    if (event.type === "message" && !event.message.mine) heard.push(event.message.text);
  });
  return {
    userName,
    async accept(from) {
      await until(bob, () => bob.contacts.list().some((contact) => contact.state === "incoming"));
      await bob.contacts.accept(from);
    },
    hear: (_from, text) => until(bob, () => heard.includes(text)),
    async say(to, text) {
      const conversation = bob.conversations.withUser(to);
      if (conversation !== undefined) await bob.messages.send(conversation.id, text);
    },
    async close() {
      stop();
      await bob.close();
    },
  };
}

function until(sotto: Sotto, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!condition()) return;
      queueMicrotask(() => stop());
      resolve();
    };
    const stop = sotto.on(check);
    check();
  });
}
