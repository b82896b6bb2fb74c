import { describe, expect, test } from "vitest";
import { dividerOf, lookedAt, withArrival } from "./divider.ts";
import { message } from "./messages.testing.ts";

describe("the line above unread messages", () => {
  test("stands before the first one of the other that is not read, and counts them", () => {
    const messages = [
      message(1, { state: "read" }),
      message(2, { mine: true, state: "delivered" }),
      message(3),
      message(4, { mine: true }),
      message(5),
    ];
    expect(dividerOf(messages, 2, true)).toEqual({ order: 3, count: 2, growing: false });
    expect(dividerOf(messages, 2000, false)).toEqual({ order: 3, count: 2000, growing: true });
    expect(dividerOf(messages.slice(0, 2), 2, true)).toBeUndefined();
    expect(dividerOf(messages, 0, true)).toBeUndefined();
  });

  test("neither stands before a line about a group nor counts it", () => {
    const event = { kind: "left" } as const;
    expect(dividerOf([message(1, { event }), message(2)], 1, true)).toMatchObject({ order: 2, count: 1 });
    expect(withArrival(undefined, message(3, { event }), false)).toBeUndefined();
  });

  test("stays while one looks, whatever arrives", () => {
    const divider = { order: 3, count: 2, growing: false };
    expect(withArrival(divider, message(6), true)).toBe(divider);
    expect(withArrival(undefined, message(6), true)).toBeUndefined();
  });

  test("what arrives while nobody looks is counted from its first message on, until somebody does", () => {
    const first = withArrival({ order: 3, count: 2, growing: false }, message(6), false);
    const second = withArrival(first, message(7), false);
    expect(withArrival(second, message(8, { mine: true }), false)).toBe(second);
    expect(lookedAt(second)).toEqual({ order: 6, count: 2, growing: false });
    expect(withArrival(lookedAt(second), message(9), false)).toEqual({ order: 9, count: 1, growing: true });
  });

  test("looking changes nothing more than once", () => {
    const divider = { order: 3, count: 2, growing: false };
    expect(lookedAt(divider)).toBe(divider);
    expect(lookedAt(undefined)).toBeUndefined();
  });
});
