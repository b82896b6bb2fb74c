/** Whom Alice writes to: somebody at another browser, with the same hands, or a script. */
import type { Browser } from "playwright-core";
import type { Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import type { Other, WalkOptions } from "./conversationWalk.ts";
import { messageBy, openPerson, register, sendMessage } from "./pagePerson.ts";

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
      await bob.hands.press(bob.page.getByRole("link", { name: /^1 request/ }));
      const request = bob.page.getByRole("article", { name: `Request from ${from}` });
      await bob.hands.press(request.getByRole("button", { name: "Accept" }));
      await bob.page.getByLabel(`Message to ${from}`).waitFor();
    },
    hear: (from, text) => messageBy(bob, from, text).waitFor(),
    say: (to, text) => sendMessage(bob, to, text),
    close: () => bob.page.context().close(),
  };
}

/** @param dir folder of its device */
export async function scriptedOther(userName: string, server: string, dir: string): Promise<Other> {
  const bob = await openNodeHome({ dir }).register({ server, userName, password: "another horse battery" });
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
