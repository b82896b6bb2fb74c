/** Two people who have never been here hold their first conversation; how long Alice's part of it takes. */
import type { Browser } from "playwright-core";
import type { HandsKind } from "./hands.ts";
import { hear, openPerson, register, sendMessage } from "./pagePerson.ts";
import type { PagePerson } from "./pagePerson.ts";
import { button, field, heading, leadsTo, link, see } from "./sight.ts";

export interface WalkOptions {
  readonly origin: string;
  readonly hands: HandsKind;
  /** Alice asks by bob's user name, or opens the invitation that he gave her and registers from there. */
  readonly by: "name" | "invitation";
  /** How many times slower than this machine her page's processor is. */
  readonly throttle: number;
}

/** The one whom Alice writes to: at another browser, or a script. */
export interface Other {
  readonly userName: string;
  /** Waits for her request and accepts it. */
  accept(userName: string): Promise<void>;
  /** Waits for her message. */
  hear(userName: string, text: string): Promise<void>;
  say(userName: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/** In milliseconds, from the first act until its effect shows on Alice's page. */
export interface WalkTimes {
  /** From the filled form to the app. */
  readonly registered: number;
  /** From the app's first sight, with nobody in it, to her first message's state `sent`; the other's acceptance is in it. */
  readonly firstMessage: number;
  /** Of that, until the request is on its way. */
  readonly request: number;
  /** Of that, from the conversation that she may write in to the state `sent`. */
  readonly writing: number;
  /** From the list to a message's state `sent`, once they know each other. */
  readonly nextMessage: number;
}

export async function walkFirstConversation(
  browser: Browser,
  userName: string,
  other: Other,
  options: WalkOptions,
): Promise<WalkTimes> {
  const alice = await openPerson(browser, userName, options);
  try {
    const path = options.by === "name" ? "/" : `/#/add/${other.userName}`;
    await alice.page.goto(`${options.origin}${path}`);
    const registered = await register(alice);

    const start = performance.now();
    await ask(alice, other.userName, options.by);
    const request = performance.now() - start;
    await other.accept(userName);
    await see(alice.page, field(`Message to ${other.userName}`));
    const writing = await timed(() => sendMessage(alice, other.userName, "Hello"));
    const firstMessage = performance.now() - start;

    await other.hear(userName, "Hello");
    await other.say(userName, "Hello alice");
    await hear(alice, other.userName, "Hello alice");
    await toList(alice);
    const nextMessage = await timed(async () => {
      await alice.hands.press(leadsTo(`#/with/${other.userName}`));
      await sendMessage(alice, other.userName, "Hello again");
    });
    await other.hear(userName, "Hello again");
    return { registered, firstMessage, request, writing, nextMessage };
  } finally {
    await alice.page.context().close();
  }
}

async function ask({ page, hands }: PagePerson, userName: string, by: WalkOptions["by"]): Promise<void> {
  if (by === "name") {
    await hands.press(link("Add a contact"));
    await hands.write(field("User name"), userName);
  }
  await hands.press(button("Send request"));
  await see(page, heading(`Waiting for ${userName}`));
}

/** On phones there is a way back; elsewhere the list is on the screen. */
async function toList({ page, hands }: PagePerson): Promise<void> {
  const back = "Back to the list";
  if (await page.getByRole("link", { name: back }).isVisible()) await hands.press(link(back));
}

async function timed(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}
