import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MemoryShell } from "../testing/memoryShell.ts";
import { createMemoryShell } from "../testing/memoryShell.ts";
import type { Shown } from "../testing/screenOf.ts";
import { screenOf } from "../testing/screenOf.ts";
import { eraseEntered, printAbove } from "./redraw.ts";
import type { Screen } from "./screen.ts";
import { openScreen } from "./screen.ts";

const COLUMNS = 20;
const LEFT = "\u001b[D";

let shell: MemoryShell;
let screen: Screen;

function open(env: Record<string, string> = { NO_COLOR: "1" }): void {
  const memory = createMemoryShell({ env });
  Object.assign(memory.stdin, { isTTY: true, setRawMode: () => {} });
  Object.assign(memory.stdout, { isTTY: true, columns: COLUMNS });
  shell = memory;
  screen = openScreen(shell, (line) => [["/help "].filter((name) => name.startsWith(line)), line]);
}

beforeEach(() => open());
afterEach(() => screen.close());

/** Types as a terminal sends it: each entry is one piece. */
async function type(...pieces: string[]): Promise<void> {
  for (const piece of pieces) {
    shell.stdin.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const shown = (): Shown => screenOf(shell.out(), COLUMNS);

describe("a line being typed", () => {
  test("stays whole, with its cursor, when something is printed", async () => {
    await type("hel", "lo", LEFT, LEFT);
    screen.print("bob  hi");
    expect(shown()).toEqual({ rows: ["bob  hi", "> hello"], cursor: [1, 5] });
    await type("!");
    expect(shown()).toEqual({ rows: ["bob  hi", "> hel!lo"], cursor: [1, 6] });
  });

  test.each([
    ["typed", (text: string) => text.split("")],
    ["pasted", (text: string) => [text]],
  ])("over several rows, %s, cursor moved up", async (_how, pieces) => {
    await type(...pieces("the quick brown fox jumps over the lazy dog"));
    await type(...Array<string>(10).fill(LEFT));
    const before = shown();
    expect(before.rows).toEqual(["> the quick brown fo", "x jumps over the laz", "y dog"]);
    screen.print("one\ntwo that is longer than a row");
    screen.print("three");
    expect(shown()).toEqual({
      rows: ["one", "two that is longer t", "han a row", "three", ...before.rows],
      cursor: [before.cursor[0] + 4, before.cursor[1]],
    });
    await type(LEFT, "X");
    expect(shown().rows.slice(4).join("")).toBe("> the quick brown fox jumps over tXhe lazy dog");
  });

  test("just pasted, stays where it is", async () => {
    await type("the quick brown fox jumps over the lazy dog");
    screen.print("one");
    expect(shown()).toEqual({
      rows: ["one", "> the quick brown fo", "x jumps over the laz", "y dog"],
      cursor: [3, 5],
    });
  });

  test("that ends exactly at the edge", async () => {
    await type("123456789012345678");
    screen.print("bob  hi");
    expect(shown().rows.slice(0, 2)).toEqual(["bob  hi", "> 123456789012345678"]);
    expect(shown().cursor).toEqual([2, 0]);
  });

  test("gives way to what the chat prints for it", async () => {
    const lines = screen.lines[Symbol.asyncIterator]();
    await type("a line that is longer than one row", ...Array<string>(30).fill(LEFT), "\r");
    expect((await lines.next()).value).toBe("a line that is longer than one row");
    screen.print("12:00 alice  a line");
    expect(shown()).toEqual({ rows: ["12:00 alice  a line", ">"], cursor: [1, 2] });
  });

  test("pasted lines are entered one after the other", async () => {
    const lines = screen.lines[Symbol.asyncIterator]();
    await type("one\rtwo is a longer line that wraps\rthree");
    expect((await lines.next()).value).toBe("one");
    expect((await lines.next()).value).toBe("two is a longer line that wraps");
    expect(shown()).toEqual({ rows: ["> three"], cursor: [0, 7] });
  });

  test("keeps what is typed when the prompt changes", async () => {
    await type("hello");
    screen.setPrompt("bob (read)> ");
    expect(shown()).toEqual({ rows: ["bob (read)> hello"], cursor: [0, 17] });
    screen.setPrompt("bob> ");
    expect(shown()).toEqual({ rows: ["bob> hello"], cursor: [0, 10] });
  });

  test("keeps its place under a prompt of two lines, as it comes, changes and goes", async () => {
    await type("hello", LEFT);
    screen.setPrompt("a [##..] 50 %\nbob> ");
    expect(shown()).toEqual({ rows: ["a [##..] 50 %", "bob> hello"], cursor: [1, 9] });
    screen.setPrompt("a [###.] 75 %\nbob> ");
    await type("!");
    screen.print("bob  hi");
    expect(shown()).toEqual({ rows: ["bob  hi", "a [###.] 75 %", "bob> hell!o"], cursor: [2, 10] });
    screen.setPrompt("bob> ");
    expect(shown()).toEqual({ rows: ["bob  hi", "bob> hell!o"], cursor: [1, 10] });
  });

  test("entered under a prompt of two lines takes both away", async () => {
    screen.setPrompt("a [##..] 50 %\nbob> ");
    const lines = screen.lines[Symbol.asyncIterator]();
    await type("hello", "\r");
    expect((await lines.next()).value).toBe("hello");
    screen.print("12:00 alice  hello");
    expect(shown().rows).toEqual(["12:00 alice  hello", "a [##..] 50 %", "bob>"]);
  });

  test("is completed by Tab", async () => {
    await type("/", "\t");
    await type("x");
    expect(shown().rows).toEqual(["> /help x"]);
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("%s ends the lines and leaves no prompt behind", async (_name, key) => {
    const lines = screen.lines[Symbol.asyncIterator]();
    if (key === "\u0003") await type("half a line that wraps");
    await type(key);
    expect((await lines.next()).done).toBe(true);
    expect(shown().rows).toEqual([""]);
    screen.print("stored");
    expect(shown().rows).toEqual(["stored", ""]);
  });
});

describe("other streams", () => {
  test("pipes: lines in, lines out, no prompt and no colours", async () => {
    const piped = createMemoryShell({});
    const plain = openScreen(piped, () => [[], ""]);
    plain.setPrompt("bob> ");
    plain.echo("/users");
    plain.print("bob  hi");
    piped.stdin.end("one\ntwo");
    const lines: string[] = [];
    for await (const line of plain.lines) lines.push(line);
    expect(lines).toEqual(["one", "two"]);
    expect(piped.out()).toBe("bob  hi\n");
    expect(plain.style.bold("x")).toBe("x");
  });

  test("colours on a terminal, unless NO_COLOR says otherwise; a dumb one is like a pipe", () => {
    expect(screen.style.bold("x")).toBe("x");
    screen.close();
    open({});
    expect(screen.style.bold("x")).toBe("\u001b[1mx\u001b[22m");
    screen.close();
    open({ TERM: "dumb" });
    expect(shell.out()).toBe("");
  });
});

test("redraw: the bytes themselves", () => {
  expect(printAbove(0, "x")).toBe("\r\u001b[Jx\n");
  expect(printAbove(2, "x")).toBe("\u001b[2A\r\u001b[Jx\n\n\n");
  expect(eraseEntered(0)).toBe("\u001b[1A\r\u001b[J");
});
