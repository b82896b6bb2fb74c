/** What 50 conversations cost: memory, and the time until the list is there. */
import type { BrowserContext, Page } from "playwright-core";
import type { Sotto } from "sotto";
import { openNodeHome } from "sotto/node";
import type { Contest, Figures, Peer } from "../harness/contest.ts";
import { openPainted } from "./paint.ts";
import type { Shared, Stage } from "./stage.ts";

const CONVERSATIONS = 50;
/** In each conversation, besides the request's own text. */
const MESSAGES = 5;
const PASSWORD = "correct horse battery staple";
const MB = 1_000_000;
/** Contacts that are made at the same time. */
const AT_ONCE = 2;

export function conversations(app: Shared<Stage>, say: (line: string) => void): Contest {
  const many = `${CONVERSATIONS} conversations`;
  return {
    name: "web: conversations",
    summary:
      `A signed-in page from its service worker, with ${CONVERSATIONS} conversations of ${MESSAGES + 1} messages and with none: from the navigation to the list; then what ` +
      "measureUserAgentSpecificMemory counts for the page and its worker, after a collection of garbage.",
    rounds: 7,
    columns: [
      { key: "paintMs", label: "first paint ms", digits: 0 },
      { key: "shownMs", label: "list shown ms", digits: 0 },
      { key: "pageMb", label: "page MB", digits: 1 },
      { key: "workerMb", label: "worker MB", digits: 1 },
      { key: "allMb", label: "all MB", digits: 1 },
    ],
    peers: [peerOf(many, app, "alice", CONVERSATIONS, say), peerOf("none", app, "walter", 0, say)],
    ratios: [
      { name: "list shown, 50 conversations to none", column: "shownMs", of: many, to: "none", atMost: 2 },
    ],
    bounds: [{ name: "memory with 50 conversations, MB", column: "allMb", of: many, atMost: 60 }],
  };
}

function peerOf(
  name: string,
  shared: Shared<Stage>,
  userName: string,
  count: number,
  say: (line: string) => void,
): Peer {
  return {
    name,
    async start() {
      const stage = await shared.take();
      const context = await stage.browser.newContext({ locale: "en-GB" });
      const page = await signedUp(context, stage.site.origin, userName);
      if (count > 0) say(`making ${count} contacts`);
      await fill(stage, page, userName, count);
      await page.close();
      return {
        round: () => round(context, stage.site.origin, count),
        async stop() {
          await context.close();
          await shared.leave();
        },
      };
    },
  };
}

async function round(context: BrowserContext, origin: string, count: number): Promise<Figures> {
  const last = count === 0 ? "nav a" : `nav a[href="#/with/${contactName(count - 1)}"]`;
  const { page, paintMs, shownMs } = await openPainted(context, origin, last);
  const memory = await page.evaluate<Memory>("performance.measureUserAgentSpecificMemory()");
  await page.close();
  const inScope = (scope: string): number =>
    memory.breakdown
      .filter(({ attribution }) => attribution.some((part) => part.scope === scope))
      .reduce((sum, { bytes }) => sum + bytes, 0) / MB;
  return {
    paintMs,
    shownMs,
    pageMb: inScope("Window"),
    workerMb: inScope("DedicatedWorkerGlobalScope"),
    allMb: memory.bytes / MB,
  };
}

interface Memory {
  readonly bytes: number;
  readonly breakdown: readonly {
    readonly bytes: number;
    readonly attribution: readonly { readonly scope: string }[];
  }[];
}

async function signedUp(context: BrowserContext, origin: string, userName: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  return page;
}

/** Requests of so many people, accepted on the page; then their messages. */
async function fill({ site }: Stage, page: Page, userName: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += AT_ONCE) {
    const people = await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - made) }, (_, i) =>
        asking(site.origin, site.folder(contactName(made + i)), contactName(made + i), userName),
      ),
    );
    for (const person of people) {
      await page.goto(`${site.origin}/#/requests`);
      await page
        .getByRole("article", { name: `Request from ${person.userName}` })
        .getByRole("button", { name: "Accept" })
        .click();
      await talk(page, person, userName);
      await person.close();
    }
  }
}

async function asking(server: string, dir: string, userName: string, to: string): Promise<Sotto> {
  const person = await openNodeHome({ dir, links: false }).register({ server, userName, password: PASSWORD });
  await person.contacts.add(to, `Hello from ${userName}`);
  return person;
}

async function talk(page: Page, person: Sotto, to: string): Promise<void> {
  const conversation = await activeWith(person, to);
  for (let i = 0; i < MESSAGES; i++)
    await person.messages.send(conversation, `message ${i} of ${person.userName}`);
  await page
    .getByText(`message ${MESSAGES - 1} of ${person.userName}`)
    .first()
    .waitFor({ state: "attached" });
}

type ConversationId = Parameters<Sotto["messages"]["send"]>[0];

function activeWith(person: Sotto, userName: string): Promise<ConversationId> {
  return new Promise((resolve) => {
    const look = (): void => {
      const conversation = person.conversations.withUser(userName);
      if (conversation === undefined || person.contacts.list()[0]?.state !== "accepted") return;
      queueMicrotask(() => stop());
      resolve(conversation.id);
    };
    const stop = person.on(look);
    look();
  });
}

function contactName(index: number): string {
  return `contact.${String(index).padStart(2, "0")}`;
}
