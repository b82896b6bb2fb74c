import { describe, expect, test } from "vitest";
import type { ClientEvent, StoredMessage } from "sotto";
import type { History } from "./history.ts";
import {
  EMPTY_HISTORY,
  PAGE_SIZE,
  displayed,
  firstPageSize,
  resyncSize,
  withEvent,
  withOutgoing,
  withPage as withPageOf,
  withResync,
  withoutOutgoing,
} from "./history.ts";
import { message } from "./messages.testing.ts";

const HERE = message(0).conversation;
const arrival = (stored: StoredMessage): ClientEvent => ({ type: "message", message: stored });
const withPage = (history: History, page: readonly StoredMessage[]): History =>
  withPageOf(history, page, PAGE_SIZE);
const ordersOf = ({ messages }: { readonly messages: readonly StoredMessage[] }): readonly number[] =>
  messages.map(({ order }) => order);

describe("history on screen", () => {
  test("a page that is not full is the first of all", () => {
    const full = Array.from({ length: PAGE_SIZE }, (_, order) => message(order));
    expect(withPage(EMPTY_HISTORY, full)).toMatchObject({ loaded: true, complete: false });
    expect(withPage(EMPTY_HISTORY, full.slice(1))).toMatchObject({ loaded: true, complete: true });
  });

  test("an earlier page goes before what is there", () => {
    const later = withPage(EMPTY_HISTORY, [message(3), message(4)]);
    expect(ordersOf(withPage(later, [message(1), message(2)]))).toEqual([1, 2, 3, 4]);
  });

  test("a message that arrives while the page is read shows once", () => {
    const early = withEvent(EMPTY_HISTORY, HERE, arrival(message(2)));
    expect(ordersOf(withPage(early, [message(1), message(2)]))).toEqual([1, 2]);
  });

  test("what came by events is newer than the page that was asked for before", () => {
    const early = withEvent(EMPTY_HISTORY, HERE, arrival(message(1, { mine: true, state: "sent" })));
    expect(withPage(early, [message(1, { mine: true, state: "sending" })]).messages[0]?.state).toBe("sent");
  });

  test("events of other conversations change nothing", () => {
    const history = withPage(EMPTY_HISTORY, [message(1, { mine: true })]);
    const elsewhere = "elsewhere" as StoredMessage["conversation"];
    expect(withEvent(history, HERE, arrival(message(2, { conversation: elsewhere })))).toBe(history);
    expect(
      withEvent(history, HERE, { type: "state", conversation: elsewhere, id: message(1).id, state: "read" }),
    ).toBe(history);
  });

  test("a state is that of the own message, even if the other has used the same id", () => {
    const id = message(1).id;
    const history = withPage(EMPTY_HISTORY, [
      message(1, { id }),
      message(2, { id, mine: true, state: "sent" }),
    ]);
    const after = withEvent(history, HERE, { type: "state", conversation: HERE, id, state: "read" });
    expect(after.messages.map(({ state }) => state)).toEqual(["delivered", "read"]);
  });

  test("what is read again replaces what was shown, gaps included, but not what came after it", () => {
    const before = withPage(EMPTY_HISTORY, [message(1, { mine: true, state: "sent" }), message(2)]);
    const size = resyncSize(before);
    const missed = Array.from({ length: size }, (_, i) => message(10 + i));
    const during = withEvent(before, HERE, arrival(message(10 + size)));
    const after = withResync(during, missed, size);
    expect(ordersOf(after)).toEqual([...missed.map(({ order }) => order), 10 + size]);
    expect(after.complete).toBe(false);
    const [own] = withResync(before, [message(1, { mine: true, state: "read" }), message(2)], size).messages;
    expect(own?.state).toBe("read");
  });

  test("the first page reaches above the first unread message, within bounds", () => {
    expect([0, 50, 90, 400, 100_000].map(firstPageSize)).toEqual([100, 100, 110, 420, 1000]);
  });

  test("a state changes one message and leaves the others the objects that they were", () => {
    const history = withPage(EMPTY_HISTORY, [
      message(1),
      message(2, { mine: true, state: "sent" }),
      message(3),
    ]);
    const after = withEvent(history, HERE, {
      type: "state",
      conversation: HERE,
      id: message(2).id,
      state: "read",
    });
    expect(after.messages.map((one, i) => one === history.messages[i])).toEqual([true, false, true]);
    expect(
      withEvent(after, HERE, { type: "state", conversation: HERE, id: message(2).id, state: "read" }),
    ).toBe(after);
  });
});

describe("the path of a message", () => {
  const goes = (id: StoredMessage["id"], path: StoredMessage["path"]): ClientEvent => ({
    type: "path",
    conversation: HERE,
    id,
    path,
  });

  test("is another when the own message goes another way", () => {
    const id = message(1).id;
    const history = withPage(EMPTY_HISTORY, [
      message(1, { id, mine: true, state: "sending", path: "direct" }),
      message(2, { id }),
    ]);
    const after = withEvent(history, HERE, goes(id, "relay"));
    expect(after.messages.map(({ path, state }) => [path, state])).toEqual([
      ["relay", "sending"],
      ["relay", "delivered"],
    ]);
    expect(after.messages[1]).toBe(history.messages[1]);
    expect(withEvent(after, HERE, goes(id, "relay"))).toBe(after);
  });

  test("of one that is not shown changes nothing", () => {
    const history = withPage(EMPTY_HISTORY, [message(1, { mine: true })]);
    expect(withEvent(history, HERE, goes(message(2).id, "direct"))).toBe(history);
  });
});

describe("messages on their way to the device", () => {
  const own = (id: string, text: string): StoredMessage =>
    message(0, { id: id as StoredMessage["id"], mine: true, state: "sending", text });

  test("are shown behind everything that is stored, in the order of writing", () => {
    const history = withOutgoing(
      withOutgoing(withPage(EMPTY_HISTORY, [message(7)]), own("a", "one")),
      own("b", "two"),
    );
    expect(displayed(history).map(({ order, text }) => [order, text])).toEqual([
      [7, "message 7"],
      [8, "one"],
      [9, "two"],
    ]);
    expect(displayed(withPage(EMPTY_HISTORY, [message(7)]))).toHaveLength(1);
  });

  test("become the stored message in one step, the first of two of the same text first", () => {
    const twice = withOutgoing(withOutgoing(EMPTY_HISTORY, own("a", "hello")), own("b", "hello"));
    const stored = withEvent(twice, HERE, arrival(message(1, { mine: true, text: "hello" })));
    expect([ordersOf(stored), stored.outgoing.map(({ id }) => id)]).toEqual([[1], ["b"]]);
  });

  test("are not taken for what the other writes", () => {
    const history = withEvent(
      withOutgoing(EMPTY_HISTORY, own("a", "hello")),
      HERE,
      arrival(message(1, { text: "hello" })),
    );
    expect(displayed(history)).toHaveLength(2);
  });

  test("are taken back when the device cannot store them", () => {
    const history = withOutgoing(EMPTY_HISTORY, own("a", "hello"));
    expect(withoutOutgoing(history, own("a", "").id).outgoing).toEqual([]);
    expect(withoutOutgoing(history, own("b", "").id)).toBe(history);
  });
});
