import type { ClientEvent, Conversation } from "sotto";
import { expect, test } from "vitest";
import type { Claim, ConversationId, NotificationDesk } from "./notifier.ts";
import { startNotifier } from "./notifier.ts";

const BOB = "bob's" as ConversationId;
const CAROL = "carol's" as ConversationId;

/** A device whose conversations are read and written to, and any number of pages that follow it. */
function scene(): {
  allowed: boolean;
  lookedAt: boolean;
  readonly log: string[];
  page: () => () => void;
  arrive: (conversation: ConversationId, mine?: boolean) => Promise<void>;
  /** Somebody has changed the group. */
  change: (conversation: ConversationId) => Promise<void>;
  read: (conversation: ConversationId) => Promise<void>;
  /** The claims end by themselves. */
  later: () => void;
} {
  const unread = new Map<ConversationId, number>();
  const claims = new Set<ConversationId>();
  const listeners = new Set<(event: ClientEvent) => void>();
  const log: string[] = [];
  const emit = async (event: unknown): Promise<void> => {
    for (const listener of listeners) listener(event as ClientEvent);
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const desk: NotificationDesk = {
    allowed: () => made.allowed,
    lookedAt: async () => made.lookedAt,
    async claim(conversation): Promise<Claim | undefined> {
      if (claims.has(conversation)) return undefined;
      claims.add(conversation);
      return { drop: () => claims.delete(conversation) };
    },
    show: (conversation) => log.push(`show ${conversation}`),
    close: (conversation) => log.push(`close ${conversation}`),
  };
  const made = {
    allowed: true,
    lookedAt: false,
    log,
    page: () =>
      startNotifier(
        {
          on(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
          },
          conversations: {
            get: (id: ConversationId) => ({ unread: unread.get(id) ?? 0 }) as Conversation,
          } as never,
        },
        desk,
      ),
    arrive(conversation: ConversationId, mine = false) {
      if (!mine) unread.set(conversation, (unread.get(conversation) ?? 0) + 1);
      return emit({ type: "message", message: { conversation, mine, event: null } });
    },
    change: (conversation: ConversationId) =>
      emit({ type: "message", message: { conversation, mine: false, event: { kind: "left" } } }),
    read(conversation: ConversationId) {
      unread.set(conversation, 0);
      return emit({ type: "conversation", conversation, change: "read" });
    },
    later: () => claims.clear(),
  };
  return made;
}

test("a message that nobody sees arriving is told of, once per conversation", async () => {
  const { log, page, arrive, later } = scene();
  page();
  await arrive(BOB);
  await arrive(BOB);
  await arrive(CAROL);
  expect(log).toEqual([`show ${BOB}`, `show ${CAROL}`]);
  later();
  await arrive(BOB);
  expect(log).toEqual([`show ${BOB}`, `show ${CAROL}`, `show ${BOB}`]);
});

test("of several tabs one tells", async () => {
  const { log, page, arrive } = scene();
  page();
  page();
  page();
  await arrive(BOB);
  expect(log).toEqual([`show ${BOB}`]);
});

test("it is taken back when the conversation is read, and the next message is told of again", async () => {
  const { log, page, arrive, read } = scene();
  page();
  await arrive(BOB);
  await arrive(CAROL);
  await read(BOB);
  expect(log).toEqual([`show ${BOB}`, `show ${CAROL}`, `close ${BOB}`]);
  await arrive(BOB);
  expect(log.at(-1)).toBe(`show ${BOB}`);
});

test("nothing is told of while somebody looks, when it is not wanted, or of one's own messages", async () => {
  const made = scene();
  made.page();
  made.lookedAt = true;
  await made.arrive(BOB);
  made.lookedAt = false;
  await made.arrive(BOB, true);
  made.allowed = false;
  await made.arrive(BOB);
  expect(made.log).toEqual([]);
});

test("what was read meanwhile is not told of", async () => {
  const { log, page, arrive, read } = scene();
  page();
  await Promise.all([arrive(BOB), read(BOB)]);
  expect(log).toEqual([]);
  await arrive(BOB);
  expect(log).toEqual([`show ${BOB}`]);
});

test("a line about a group is no message: not told of, also when others are unread", async () => {
  const { log, page, arrive, change, later } = scene();
  page();
  await arrive(BOB);
  later();
  await change(BOB);
  expect(log).toEqual([`show ${BOB}`]);
});

test("signing out takes back what is shown", async () => {
  const { log, page, arrive } = scene();
  const stop = page();
  await arrive(BOB);
  stop();
  expect(log).toEqual([`show ${BOB}`, `close ${BOB}`]);
  await arrive(CAROL);
  expect(log).toHaveLength(2);
});
