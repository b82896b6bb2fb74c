/**
 * Four tabs of alice in one browser and bob outside. Everybody writes while tabs are closed, crash, lose their workers, are frozen or robbed of their
 * lock; in the end every tab and bob must have all messages, once each and in order.
 */
import type { Sotto, StoredMessage } from "sotto";
import { openNodeHome } from "sotto/node";
import { launchChromium } from "../browser/chromium.ts";
import { openSite } from "../browser/site.ts";
import { createRandom } from "../sim/random.ts";
import type { Random } from "../sim/random.ts";
import { withDeadline } from "../support/deadline.ts";
import type { Delivery } from "../support/delivery.ts";
import { NOTHING_WRONG, addDeliveries, compareDelivery } from "../support/delivery.ts";
import type { Ending, Tab, Tabs, Watch } from "./tabs.ts";
import { endTab, openTabs } from "./tabs.ts";

const PASSWORD = "correct horse battery staple";
const TABS = 4;
const ENDINGS: readonly Ending[] = ["close", "crash", "terminate", "freeze", "steal"];
/** The interesting tab, more often than chance would have it. */
const LEADER_CHANCE = 0.6;
const WRITE_PAUSE_MS = 150;
/** From what nobody notices to what costs the lead. */
const FROZEN_MS = [1000, 14_000] as const;
const BETWEEN_KILLS_MS = [100, 900] as const;

export interface TabsRunOptions {
  readonly kills: number;
  readonly seed: number;
  readonly mutant?: string;
  /** All of them if not given. */
  readonly endings?: readonly Ending[];
  /** How long all may take to have everything in the end. */
  readonly settleMs: number;
  readonly onKill?: (ending: Ending, ofLeader: boolean) => void;
}

export interface TabsResult {
  readonly kills: readonly { readonly ending: Ending; readonly ofLeader: boolean }[];
  readonly messages: number;
  readonly delivery: Delivery;
  /** Calls of living tabs without an answer, and tabs that show something else than the others. */
  readonly unanswered: number;
  readonly differing: number;
  readonly forks: number;
  readonly trouble: readonly string[];
  readonly stale: Watch["stale"];
  readonly leaders: number;
  /** From a leader's end to the next one's announcement. */
  readonly takeoverMs: readonly number[];
  /** From a page's beginning to the device on it. */
  readonly openMs: readonly number[];
}

export async function runTabs(options: TabsRunOptions): Promise<TabsResult> {
  const { mutant } = options;
  const site = await openSite(
    "testing/tabs/site",
    {},
    mutant === undefined ? {} : { SOTTO_TABS_MUTANT: mutant },
  );
  const browser = await launchChromium();
  try {
    const bob = await openNodeHome({ dir: site.folder("bob"), links: false }).register({
      server: site.origin,
      userName: "bob",
      password: PASSWORD,
    });
    const tabs = await openTabs(browser, site.origin);
    const result = await play(options, tabs, bob);
    await tabs.close();
    await bob.close();
    return result;
  } finally {
    await browser.close();
    await site.close();
  }
}

async function play(
  { kills, seed, settleMs, onKill, endings = ENDINGS }: TabsRunOptions,
  tabs: Tabs,
  bob: Sotto,
): Promise<TabsResult> {
  const random = createRandom(seed, "tabs");
  const { watch } = tabs;
  const replies = answerEverything(bob);
  const first = await tabs.newTab();
  await first.call("register", "alice", PASSWORD);
  await first.call("addContact", "bob");
  await until("the request", () => bob.contacts.list()[0]?.state === "incoming");
  await bob.contacts.accept("alice");
  await until("the acceptance", () => first.call("isActive", "bob"));
  const living = [first, ...(await Promise.all(Array.from({ length: TABS - 1 }, () => openTab(tabs))))];
  for (const tab of living) await tab.call("write", tab.name, "bob", WRITE_PAUSE_MS);

  const done: { readonly ending: Ending; readonly ofLeader: boolean }[] = [];
  const takeoverMs: number[] = [];
  const openMs: number[] = [];
  const waking = new Map<Tab, Promise<void>>();
  while (done.length < kills) {
    await pause(random, BETWEEN_KILLS_MS);
    const awake = living.filter((tab) => !waking.has(tab) && !tab.isGone);
    // Somebody has to notice that the others have stopped.
    if (awake.length < 2) continue;
    const target = await choose(random, awake);
    const ofLeader = await target.leads();
    const ending = random.pick(endings);
    const [atMs, leadersBefore] = [performance.now(), watch.leaders.length];
    const frozen = await endTab(target, ending, random.between(...FROZEN_MS));
    done.push({ ending, ofLeader });
    onKill?.(ending, ofLeader);
    if (frozen !== undefined) waking.set(target, noteAwake(target, frozen.awake));
    for (const gone of living.filter(({ isGone }) => isGone)) {
      living.splice(living.indexOf(gone), 1);
      const next = await openTab(tabs);
      openMs.push(next.openedMs);
      await next.call("write", next.name, "bob", WRITE_PAUSE_MS);
      living.push(next);
    }
    const successor = watch.leaders[leadersBefore];
    if (ofLeader && target.isGone && successor !== undefined) takeoverMs.push(successor.atMs - atMs);
  }
  await Promise.all(waking.values());
  return judge();

  async function noteAwake(tab: Tab, awake: Promise<void>): Promise<void> {
    await awake;
    waking.delete(tab);
  }

  async function judge(): Promise<TabsResult> {
    const stopped = await Promise.allSettled(living.map((tab) => tab.call("stop")));
    const last = living[0] as Tab;
    await last.call("send", "bob", "the last of alice").catch(() => {});
    await bob.messages.send(conversationOf(bob), "the last of bob").catch(() => {});
    const sent = [...new Set([...watch.answered, "the last of alice"])];
    await untilOr(settleMs, async () => {
      const atBob = textsOf(await historyOf(bob), false);
      const views = await Promise.all(living.map((tab) => tab.call("texts", "bob")));
      return (
        sent.every((text) => atBob.includes(text)) &&
        views.every(({ own, others }) => own.length === atBob.length && others.length === replies.length + 1)
      );
    });
    const history = await historyOf(bob);
    const atBob = textsOf(history, false);
    const views = await Promise.all(living.map((tab) => tab.call("texts", "bob")));
    const trouble = [
      ...(await Promise.all(living.map((tab) => tab.call("trouble")))).flat(),
      ...troubleOf(bob),
    ];
    const states = await Promise.all(living.map((tab) => tab.call("isActive", "bob")));
    return {
      kills: done,
      messages: atBob.length + replies.length,
      delivery: [
        judgeAlices(sent, watch.asked, atBob),
        ...views.map(({ own }) => judgeAlices(sent, watch.asked, own)),
        ...views.map(({ others }) => compareDelivery(textsOf(history, true), others)),
      ].reduce(addDeliveries, NOTHING_WRONG),
      unanswered: stopped.filter(({ status }) => status === "rejected").length,
      differing: views.filter((view) => JSON.stringify(view) !== JSON.stringify(views[0])).length,
      forks: states.filter((isActive) => !isActive).length + trouble.filter((what) => what === "fork").length,
      trouble,
      stale: watch.stale,
      leaders: watch.leaders.length,
      takeoverMs,
      openMs,
    };
  }
}

/**
 * What was answered has to be there; what was only asked for, by a tab that is gone, may. Order holds among the texts of one tab: between them nobody
 * has promised any.
 */
function judgeAlices(
  answered: readonly string[],
  asked: ReadonlySet<string>,
  received: readonly string[],
): Delivery {
  const own = received.filter((text) => text !== "hello");
  const must = new Set(answered);
  const known = own.filter((text) => must.has(text) || !asked.has(text));
  const extra = own.filter((text) => !must.has(text) && asked.has(text));
  const tabOf = (text: string): string => text.slice(0, text.lastIndexOf(" "));
  const numberOf = (text: string): number => Number(text.slice(text.lastIndexOf(" ")));
  const tabNames = [...new Set(answered.map(tabOf))];
  const perTab = tabNames.map((name) => {
    const sent = answered
      .filter((text) => tabOf(text) === name)
      .toSorted((a, b) => numberOf(a) - numberOf(b));
    return compareDelivery(
      sent,
      known.filter((text) => tabOf(text) === name),
    );
  });
  const strangers = known.filter((text) => !tabNames.includes(tabOf(text))).length;
  return addDeliveries(perTab.reduce(addDeliveries, NOTHING_WRONG), {
    ...NOTHING_WRONG,
    doubled: extra.length - new Set(extra).size,
    foreign: strangers,
  });
}

/** Every message gets one reply; the texts of the replies, in order. */
function answerEverything(bob: Sotto): readonly string[] {
  const replies: string[] = [];
  bob.on((event) => {
    if (event.type !== "message" || event.message.mine || event.message.text === "hello") return;
    const text = `re ${event.message.text} (${event.message.order})`;
    replies.push(text);
    void bob.messages.send(event.message.conversation, text);
  });
  const seen: string[] = [];
  troubles.set(bob, seen);
  bob.on((event) => {
    if (event.type === "conversation" && !["created", "keysRenewed", "read"].includes(event.change))
      seen.push(`bob: ${event.change}`);
  });
  return replies;
}

const troubles = new WeakMap<Sotto, string[]>();
const troubleOf = (bob: Sotto): readonly string[] => troubles.get(bob) ?? [];

async function openTab(tabs: Tabs): Promise<Tab> {
  const tab = await tabs.newTab();
  tab.openedMs = await tab.call("open");
  return tab;
}

async function choose(random: Random, tabs: readonly Tab[]): Promise<Tab> {
  if (random.chance(LEADER_CHANCE)) {
    for (const tab of tabs) if (await tab.leads()) return tab;
  }
  return random.pick(tabs);
}

function pause(random: Random, [fromMs, toMs]: readonly [number, number]): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, random.between(fromMs, toMs)));
}

function conversationOf(bob: Sotto): StoredMessage["conversation"] {
  const conversation = bob.conversations.withUser("alice");
  if (conversation === undefined) throw new Error("bob has no conversation with alice");
  return conversation.id;
}

function historyOf(bob: Sotto): Promise<readonly StoredMessage[]> {
  return bob.messages.list(conversationOf(bob), { limit: 1_000_000 });
}

function textsOf(messages: readonly StoredMessage[], mine: boolean): readonly string[] {
  return messages.filter((message) => message.mine === mine).map(({ text }) => text);
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  await withDeadline(what, 60_000, untilOr(60_000, condition));
}

/** Waits for the condition, at most that long. */
async function untilOr(ms: number, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition()) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 200));
}
