/** A page of alice's that does what the test asks of it: signs in, writes on and on, and shows what it has. */
import type { ClientEvent, Sotto } from "sotto";
import type { BrowserHome } from "sotto/browser";
import { openBrowserHome } from "sotto/browser";
import type { TabPage } from "../../tabPage.ts";

/** Given by the test. */
declare global {
  /** A text is about to be sent; from then on it may arrive. */
  function tellAsked(text: string): Promise<void>;
  /** The text was taken: from then on it has to arrive. */
  function tellAnswered(text: string): Promise<void>;
}

type Message = Awaited<ReturnType<Sotto["messages"]["list"]>>[number];
type Id = Message["conversation"];

/** More than a run writes. */
const EVERYTHING = 1_000_000;
const WORRYING: readonly string[] = [
  "fork",
  "undecided",
  "unreadable",
  "refusedHandshake",
  "gap",
  "keysChanged",
];

let home: BrowserHome | undefined;
let sotto: Sotto | undefined;
let writing = new AbortController();
let written: Promise<void> = Promise.resolve();
const trouble: string[] = [];

const tab: TabPage = {
  async register(userName, password) {
    watch(await homeOfPage().register({ server: location.origin, userName, password }));
  },
  async open() {
    watch(await homeOfPage().open());
    return performance.now();
  },
  async addContact(userName) {
    await device().contacts.add(userName, "hello");
  },
  isActive: (userName) => device().conversations.withUser(userName)?.state === "active",
  write(name, userName, pauseMs) {
    writing = new AbortController();
    const { signal } = writing;
    const { id } = conversationWith(userName);
    const one = async (text: string): Promise<void> => {
      await device().messages.send(id, text);
      await tellAnswered(text);
    };
    const loop = async (): Promise<void> => {
      const sends: Promise<void>[] = [];
      for (let i = 1; !signal.aborted; i++) {
        const text = `${name} ${i}`;
        await tellAsked(text);
        sends.push(one(text));
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      await Promise.all(sends);
    };
    written = loop();
  },
  async stop() {
    writing.abort();
    await written;
  },
  async send(userName, text) {
    await device().messages.send(conversationWith(userName).id, text);
  },
  async texts(userName) {
    const messages = await device().messages.list(conversationWith(userName).id, { limit: EVERYTHING });
    const textsOf = (mine: boolean): string[] =>
      messages.filter((message) => message.mine === mine).map(({ text }) => text);
    return { own: textsOf(true), others: textsOf(false) };
  },
  trouble: () => trouble,
};

Object.assign(globalThis, { tab });

function homeOfPage(): BrowserHome {
  home ??= openBrowserHome();
  return home;
}

function device(): Sotto {
  if (sotto === undefined) throw new Error("no device yet");
  return sotto;
}

function conversationWith(userName: string): { readonly id: Id } {
  const conversation = device().conversations.withUser(userName);
  if (conversation === undefined) throw new Error(`no conversation with ${userName}`);
  return conversation;
}

function watch(opened: Sotto): void {
  sotto = opened;
  opened.on(noteTrouble);
  void ended(opened);
}

function noteTrouble(event: ClientEvent): void {
  if (event.type === "conversation" && WORRYING.includes(event.change)) trouble.push(event.change);
}

async function ended(opened: Sotto): Promise<void> {
  try {
    for await (const event of opened.events()) void event;
    trouble.push("signed out");
  } catch (error) {
    trouble.push(String(error));
  }
}
