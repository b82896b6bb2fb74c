import { describe, expect, test, vi } from "vitest";
import type { EventQueue } from "./eventQueue.ts";
import { createEventQueue } from "./eventQueue.ts";

const overflow = (): Error => new Error("too far behind");
const queue = (limit = 10): EventQueue<number> => createEventQueue<number>(limit, overflow, () => {});

describe("a queue of events", () => {
  test("gives values in order, those pushed before and those awaited", async () => {
    const { iterator, push } = queue();
    push(1);
    push(2);
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    expect(await iterator.next()).toEqual({ done: false, value: 2 });
    const awaited = [iterator.next(), iterator.next()];
    push(3);
    push(4);
    expect((await Promise.all(awaited)).map(({ value }) => value)).toEqual([3, 4]);
  });

  test("ends after what was pushed before its end", async () => {
    const { iterator, push, end } = queue();
    push(1);
    end();
    push(2);
    const read: number[] = [];
    for await (const value of iterator) read.push(value);
    expect(read).toEqual([1]);
  });

  test("ends for everybody who waits", async () => {
    const { iterator, end } = queue();
    const waiting = [iterator.next(), iterator.next()];
    end();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  test("tells an error once, after what was pushed before it", async () => {
    const { iterator, push, end } = queue();
    push(1);
    end(new Error("a bug"));
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await expect(iterator.next()).rejects.toThrow("a bug");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test("a consumer that falls behind gets what is held, then an error instead of a gap", async () => {
    const { iterator, push } = queue(2);
    for (const value of [1, 2, 3, 4]) push(value);
    expect((await iterator.next()).value).toBe(1);
    push(5);
    expect((await iterator.next()).value).toBe(2);
    await expect(iterator.next()).rejects.toThrow("too far behind");
  });

  test("a consumer that stops by itself is forgotten", async () => {
    const stopped = vi.fn<() => void>();
    const { iterator, push } = createEventQueue<number>(10, overflow, stopped);
    push(1);
    push(2);
    for await (const value of iterator) {
      expect(value).toBe(1);
      break;
    }
    expect(stopped).toHaveBeenCalledOnce();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });
});
