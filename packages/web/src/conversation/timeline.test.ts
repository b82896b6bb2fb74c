import { describe, expect, test } from "vitest";
import type { StoredMessage } from "sotto";
import { message } from "./messages.testing.ts";
import { arrivedAfter, newestOwnIndex, rowOf, wasSentAgain } from "./timeline.ts";

const NOON = new Date(2026, 10, 20, 12).getTime();
const MINUTE = 60_000;
const rowsOf = (messages: readonly StoredMessage[]): ReturnType<typeof rowOf>[] =>
  messages.map((_, i) => rowOf(messages, i, newestOwnIndex(messages), undefined));

describe("timeline", () => {
  test("the first message of each local day begins it", () => {
    const midnight = new Date(2026, 10, 20).getTime();
    const messages = [midnight - 2, midnight - 1, midnight, NOON].map((storedAtMs, i) =>
      message(i, { storedAtMs }),
    );
    expect(rowsOf(messages).map(({ startsDay }) => startsDay)).toEqual([true, false, true, false]);
    expect(rowsOf(messages).map(({ continues }) => continues)).toEqual([false, true, false, false]);
  });

  test("a run is of one sender, without a long pause", () => {
    const messages = [
      message(1, { storedAtMs: NOON }),
      message(2, { storedAtMs: NOON + MINUTE }),
      message(3, { storedAtMs: NOON + 2 * MINUTE, mine: true }),
      message(4, { storedAtMs: NOON + 20 * MINUTE, mine: true }),
    ];
    expect(rowsOf(messages).map(({ continues }) => continues)).toEqual([false, true, false, false]);
  });

  test("what begins after a line, or after a message that says more below, is no run", () => {
    const messages = [
      message(1, { mine: true, state: "failed" }),
      message(2, { mine: true }),
      message(3),
      message(4),
    ];
    expect(rowsOf(messages)[1]?.continues).toBe(false);
    const divided = rowOf(messages, 3, 1, { order: 4, count: 7, growing: false });
    expect(divided).toMatchObject({ unread: 7, continues: false });
    expect(rowOf(messages, 2, 1, { order: 4, count: 7, growing: false }).unread).toBeUndefined();
  });

  test("the path is spelled where a run begins and where it changes", () => {
    const messages = [message(1), message(2), message(3, { path: "direct" }), message(4, { path: "direct" })];
    expect(rowsOf(messages).map(({ spellsPath }) => spellsPath)).toEqual([true, false, true, false]);
  });

  test("the newest own message and those that have failed spell their state", () => {
    const messages = [
      message(1, { mine: true, state: "failed" }),
      message(2, { mine: true }),
      message(3, { mine: true }),
      message(4),
    ];
    expect(rowsOf(messages).map(({ spellsState }) => spellsState)).toEqual([true, false, true, false]);
  });

  test("arrivals are those of the other behind a place", () => {
    const messages = [message(1), message(2), message(3, { mine: true }), message(5)];
    expect([0, 1, 2, 5, 9].map((order) => arrivedAfter(messages, order))).toEqual([3, 2, 1, 0, 0]);
  });

  test("a line about a group ends a run, and is neither an arrival nor the newest own message", () => {
    const event = { kind: "left" } as const;
    const messages = [message(1), message(2, { event }), message(3), message(4, { mine: true, event })];
    expect(rowsOf(messages).map(({ continues }) => continues)).toEqual([false, false, false, false]);
    expect(arrivedAfter(messages, 0)).toBe(2);
    expect(newestOwnIndex(messages)).toBe(-1);
  });

  test("a message that has failed counts as sent anew when an own one of the same text follows", () => {
    const failed = message(1, { mine: true, state: "failed", text: "hello" });
    expect(wasSentAgain([failed, message(2, { text: "hello" })], 0)).toBe(false);
    expect(wasSentAgain([failed, message(2, { text: "hello", mine: true })], 0)).toBe(true);
  });

  test("a row of ten thousand costs no more than a row of two", () => {
    const seen = new Set<string | symbol>();
    const messages = new Proxy([message(1), message(2), message(3)], {
      get(target, name): unknown {
        seen.add(name);
        return Reflect.get(target, name) as unknown;
      },
    });
    rowOf(messages, 2, 2, undefined);
    expect([...seen]).toEqual(["2", "1"]);
  });
});
