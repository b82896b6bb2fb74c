import { expect, test } from "vitest";
import { askPasswords, typeInto } from "./password.ts";
import { createMemoryShell } from "./testing/memoryShell.ts";

test.each([
  ["", "abc", { kind: "typing", text: "abc" }],
  ["ab", "c\r", { kind: "entered", text: "abc", rest: "" }],
  ["ab\u{1f511}", "\u007f\u007f", { kind: "typing", text: "a" }],
  ["", "\u007f", { kind: "typing", text: "" }],
  ["abc", "\u0015x\ny\r", { kind: "entered", text: "x", rest: "y\r" }],
  ["abc", "\u0003", { kind: "cancelled" }],
  ["", "\u0004", { kind: "cancelled" }],
  ["abc", "\u0004", { kind: "typing", text: "abc" }],
  ["abc", "\u001b[D", { kind: "typing", text: "abc" }],
])("typing %j then %j", (text, piece, typed) => {
  expect(typeInto(text, piece)).toEqual(typed);
});

test("on a terminal echo is off before the first prompt and until after the last answer", async () => {
  const shell = createMemoryShell({});
  const modes: string[] = [];
  const setRawMode = (on: boolean) => modes.push(`${on ? "raw" : "cooked"} ${JSON.stringify(shell.err())}`);
  Object.assign(shell.stdin, { isTTY: true, setRawMode });
  const asked = askPasswords(shell, ["Password: ", "Again: "], false);
  shell.stdin.write("open sesame\r");
  await new Promise((resolve) => setImmediate(resolve));
  shell.stdin.write("open sesame\r");
  expect(await asked).toEqual(["open sesame", "open sesame"]);
  expect(shell.err()).toBe("Password: \nAgain: \n");
  expect(shell.out()).toBe("");
  expect(modes).toEqual(['raw ""', `cooked ${JSON.stringify(shell.err())}`]);
});

test("what is typed ahead answers the next question", async () => {
  const shell = createMemoryShell({});
  Object.assign(shell.stdin, { isTTY: true, setRawMode: () => {} });
  shell.stdin.write("old one\rnew one\rnew");
  const asked = askPasswords(shell, ["", "", ""], false);
  await new Promise((resolve) => setImmediate(resolve));
  shell.stdin.write(" one\r");
  expect(await asked).toEqual(["old one", "new one", "new one"]);
});

test("cancelling is an error, and the terminal is left as it was", async () => {
  const modes: boolean[] = [];
  const shell = createMemoryShell({});
  Object.assign(shell.stdin, { isTTY: true, setRawMode: (on: boolean) => modes.push(on) });
  const asked = askPasswords(shell, ["Password: "], false);
  shell.stdin.write("half\u0003");
  await expect(asked).rejects.toThrow("Cancelled.");
  expect(modes).toEqual([true, false]);
});

test("from standard input: the first lines, without their ends", async () => {
  const shell = createMemoryShell({});
  shell.stdin.end("old one \r\nnew one\nrest");
  expect(await askPasswords(shell, ["", ""], true)).toEqual(["old one ", "new one"]);
});

test.each([
  ["", 1, "no password on its first line"],
  ["\nsecret\n", 1, "no password on its first line"],
  ["old\n", 2, "needs 2 lines"],
])("from standard input %j for %i: refused", async (input, count, sentence) => {
  const shell = createMemoryShell({});
  shell.stdin.end(input);
  await expect(askPasswords(shell, Array<string>(count).fill(""), true)).rejects.toThrow(sentence);
});

test("without a terminal it says what to do", async () => {
  await expect(askPasswords(createMemoryShell({}), ["Password: "], false)).rejects.toThrow(
    "--password-stdin",
  );
});
