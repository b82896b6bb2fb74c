import { describe, expect, test } from "vitest";
import { message } from "./messages.testing.ts";
import { timelineOf } from "./timeline.ts";

const noon = (day: number): number => new Date(2026, 10, day, 12).getTime();
const NOW = noon(20);
const MINUTE = 60_000;

describe("timeline", () => {
  test("each day begins with its heading", () => {
    const days = timelineOf(
      [
        message(1, { storedAtMs: noon(18) }),
        message(2, { storedAtMs: noon(19) }),
        message(3, { storedAtMs: NOW }),
      ],
      NOW,
      "en-GB",
    );
    expect(days.map(({ heading, messages }) => [heading, messages.length])).toEqual([
      ["Wednesday 18 November", 1],
      ["Yesterday", 1],
      ["Today", 1],
    ]);
  });

  test("a run is of one sender, without a long pause, on one day", () => {
    const messages = [
      message(1, { storedAtMs: NOW }),
      message(2, { storedAtMs: NOW + MINUTE }),
      message(3, { storedAtMs: NOW + 2 * MINUTE, mine: true }),
      message(4, { storedAtMs: NOW + 20 * MINUTE, mine: true }),
    ];
    const [today] = timelineOf(messages, NOW);
    expect(today?.messages.map(({ continues }) => continues)).toEqual([false, true, false, false]);
    const midnight = new Date(2026, 10, 20).getTime();
    const days = timelineOf(
      [message(1, { storedAtMs: midnight - 1 }), message(2, { storedAtMs: midnight })],
      NOW,
    );
    expect(days.map(({ messages: ofDay }) => ofDay[0]?.continues)).toEqual([false, false]);
  });

  test("the newest own message alone spells its state", () => {
    const messages = [message(1, { mine: true }), message(2, { mine: true }), message(3)];
    const [today] = timelineOf(messages, 0);
    expect(today?.messages.map(({ newestOwn }) => newestOwn)).toEqual([false, true, false]);
  });

  test("nothing makes no day", () => {
    expect(timelineOf([], NOW)).toEqual([]);
  });
});
