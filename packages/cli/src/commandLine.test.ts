import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./commandLine.ts";

const shell = { env: {}, cwd: "/work", defaultHome: "/home/alice/.sotto" };
const parse = (line: string, env: Record<string, string> = {}) =>
  parseCommandLine(line === "" ? [] : line.split(" "), { ...shell, env });

describe("command line", () => {
  test.each([
    ["--home x users", "users", "/work/x"],
    ["users --home x", "users", "/work/x"],
    ["users --home=/abs", "users", "/abs"],
    ["users", "users", "/home/alice/.sotto"],
  ])("%s", (line, name, home) => {
    const parsed = parse(line);
    expect(parsed.command.name).toBe(name);
    expect(parsed.home).toBe(home);
  });

  test("SOTTO_HOME stands for --home, which wins over it", () => {
    expect(parse("users", { SOTTO_HOME: "/from/env" }).home).toBe("/from/env");
    expect(parse("users --home /flag", { SOTTO_HOME: "/from/env" }).home).toBe("/flag");
  });

  test("flags and arguments", () => {
    const parsed = parse("register alice --server http://127.0.0.1:1 --password-stdin");
    expect(parsed.args).toEqual(["alice"]);
    expect([...parsed.flags]).toEqual([
      ["server", "http://127.0.0.1:1"],
      ["password-stdin", true],
    ]);
    expect(parse("send @bob -").args).toEqual(["@bob", "-"]);
    expect(parse("send @bob -- --not-a-flag").args).toEqual(["@bob", "--not-a-flag"]);
  });

  test("serve passes everything but our own flags on", () => {
    const parsed = parse("serve --port 0 --tls-cert-file x --home h --json");
    expect(parsed.args).toEqual(["--port", "0", "--tls-cert-file", "x", "--json"]);
    expect(parsed.home).toBe("/work/h");
  });

  test.each([
    ["", "help", []],
    ["--help", "help", []],
    ["send --help", "help", ["send"]],
    ["serve -h", "help", ["serve"]],
    ["--version", "version", []],
  ])("%s is help or version", (line, name, args) => {
    const parsed = parse(line);
    expect(parsed.command.name).toBe(name);
    expect(parsed.args).toEqual(args);
  });

  test.each([
    ["tial", "There is no command tial. sotto help lists the commands."],
    ["use", "There is no command use. Did you mean users? sotto help lists the commands."],
    ["users --everywhere", "users has no flag --everywhere. It has --home"],
    ["--port 1 serve", "sotto has no flag --port."],
    ["users --home", "--home needs a value."],
    ["tail --json=yes", "--json takes no value."],
    ["register", "Usage: sotto register NAME"],
    ["register alice secret", "Usage: sotto register NAME"],
    ["register alice --password secret", "register has no flag --password."],
    ["users --constructor", "users has no flag --constructor."],
  ])("refuses: %s", (line, sentence) => {
    expect(() => parse(line)).toThrow(
      expect.objectContaining({ name: "UsageError", message: expect.stringContaining(sentence) }),
    );
  });
});
