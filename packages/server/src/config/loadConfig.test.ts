import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultConfig, loadConfig } from "./loadConfig.ts";
import { configurationDocument } from "./print.ts";
import { ConfigError } from "./problem.ts";

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "sotto-config-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

function problemsOf(sources: { args?: string[]; env?: Record<string, string> }): string {
  try {
    loadConfig({ ...sources, cwd });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

test("without any source the defaults hold and paths are absolute", () => {
  const { config } = loadConfig({ cwd });
  expect(config).toEqual({ ...defaultConfig(), dataDir: join(cwd, "sotto-data") });
  expect(config).toMatchObject({
    bindAddress: "0.0.0.0",
    port: 5555,
    registration: "open",
    tls: { certFile: null },
  });
});

test("each source wins over the one before", () => {
  const port = (sources: { args?: string[]; env?: Record<string, string> } = {}): number =>
    loadConfig({ ...sources, cwd }).config.port;
  const env = { SOTTO_ENV: "production", SOTTO_PORT: "4" };
  write("sotto.jsonc", `{ "port": 1, /* comment */ "quotas": { "mailboxEntries": 7, }, }`);
  expect(port()).toBe(1);
  write(".env", "OTHER_PROGRAM=1\nSOTTO_PORT=2\n");
  expect(port()).toBe(2);
  write(".env.production", "SOTTO_PORT=3\n");
  expect(port()).toBe(2);
  expect(port({ env: { NODE_ENV: "production" } })).toBe(3);
  expect(port({ env: { NODE_ENV: "test", SOTTO_ENV: "production" } })).toBe(3);
  expect(port({ env })).toBe(4);
  expect(port({ env, args: ["--port", "5"] })).toBe(5);
  expect(port({ env, args: ["--port=6", "--json"] })).toBe(6);
  expect(loadConfig({ cwd }).config.quotas.mailboxEntries).toBe(7);
});

test("--config takes the place of the default file", () => {
  write("sotto.jsonc", `{ "port": 1 }`);
  write("other.jsonc", `{ "retentionDays": 3 }`);
  const { config } = loadConfig({ cwd, args: ["--config", "other.jsonc"] });
  expect([config.port, config.retentionDays]).toEqual([5555, 3]);
});

test("lists, nothing and aliases are read from text", () => {
  const { config } = loadConfig({
    cwd,
    args: ["--bind", "::1", "--data", "here", "--trusted-proxies", "10.0.0.0/8, ::1"],
    env: { SOTTO_ALLOWED_ORIGINS: "https://a.example,http://localhost:8080", SOTTO_PUBLIC_URL: "" },
  });
  expect(config).toMatchObject({
    bindAddress: "::1",
    dataDir: join(cwd, "here"),
    trustedProxies: ["10.0.0.0/8", "::1"],
    allowedOrigins: ["https://a.example", "http://localhost:8080"],
    publicUrl: null,
  });
});

describe("a bad value stops the start and is named with key, place and what is allowed", () => {
  const cases: readonly (readonly [key: string, value: string])[] = [
    ["SOTTO_BIND_ADDRESS", "localhost"],
    ["SOTTO_PORT", "65536"],
    ["SOTTO_PORT", "-1"],
    ["SOTTO_PORT", "0x50"],
    ["SOTTO_PORT", ""],
    ["SOTTO_DATA_DIR", ""],
    ["SOTTO_PUBLIC_URL", "https://chat.example.org/path"],
    ["SOTTO_PUBLIC_URL", "ftp://chat.example.org"],
    ["SOTTO_TRUSTED_PROXIES", "10.0.0.0/33"],
    ["SOTTO_TRUSTED_PROXIES", "proxy.example.org"],
    ["SOTTO_ALLOWED_ORIGINS", "*"],
    ["SOTTO_ALLOWED_ORIGINS", "https://a.example/"],
    ["SOTTO_ALLOWED_ORIGINS", "null"],
    ["SOTTO_REGISTRATION", "yes"],
    ["SOTTO_RETENTION_DAYS", "0"],
    ["SOTTO_SESSION_IDLE_DAYS", "1.5"],
    ["SOTTO_QUOTAS_MAILBOX_ENTRIES", "many"],
    ["SOTTO_QUOTAS_MAILBOX_BYTES", "0"],
    ["SOTTO_LIMITS_LOGINS_PER_ACCOUNT_PER_HOUR", "0"],
    ["SOTTO_LIMITS_LOGINS_PER_ADDRESS_PER_HOUR", "1e3"],
    ["SOTTO_LIMITS_REGISTRATIONS_PER_ADDRESS_PER_HOUR", " 1"],
    ["SOTTO_LIMITS_CLAIMS_PER_ACCOUNT_PER_HOUR", "1,0"],
    ["SOTTO_LIMITS_CLAIMS_PER_TARGET_PER_HOUR", "NaN"],
    ["SOTTO_LIMITS_CONNECTIONS_PER_ADDRESS", "99999999999999999999"],
    ["SOTTO_LOG_LEVEL", "verbose"],
    ["SOTTO_NO_SUCH_THING", "1"],
    ["SOTTO_ENV", "staging"],
    ["NODE_ENV", "staging"],
  ];
  test.each(cases)("the environment: %s=%s", (key, value) => {
    const message = problemsOf({ env: { [key]: value } });
    expect(message.startsWith(`the environment: ${key} = ${value || "(nothing)"} - expected `)).toBe(true);
    expect(message).toMatch(/ - expected [^\n]{5,}\.$/);
  });

  test.each([
    [`{ "port": "5555" }`, 'sotto.jsonc:1: port = "5555" - expected an integer from 0 to 65535.'],
    [`{\n  // why\n  "prot": 1\n}`, "sotto.jsonc:3: prot = 1 - expected a known key"],
    [`{ "tls": { "cert": "x" } }`, `sotto.jsonc:1: tls.cert = "x" - expected a known key`],
    [`{ "tls": "x" }`, `sotto.jsonc:1: tls = "x" - expected an object.`],
    [`{ "tls.certFile.x": 1 }`, "sotto.jsonc:1: tls.certFile.x = 1 - expected a known key"],
    [`{ "__proto__": 1 }`, "sotto.jsonc:1: __proto__ = 1 - expected a known key"],
    [`{ "allowedOrigins": "https://a.example" }`, "sotto.jsonc:1: allowedOrigins ="],
    [`[]`, "sotto.jsonc:1: the file = [] - expected an object."],
    [`{ "port": }`, "expected JSON with comments."],
    [``, "sotto.jsonc:1: ValueExpected = (nothing) - expected JSON with comments."],
  ])("the file: %j", (text, message) => {
    write("sotto.jsonc", text);
    expect(problemsOf({})).toContain(message);
  });

  test(".env files name themselves", () => {
    write(".env", "SOTTO_PORT=x\n");
    write(".env.test", "SOTTO_PROT=1\n");
    expect(problemsOf({ env: { NODE_ENV: "test" } }).split("\n")).toEqual([
      ".env: SOTTO_PORT = x - expected an integer from 0 to 65535.",
      ".env.test: SOTTO_PROT = 1 - expected a known key; docs/CONFIGURATION.md lists them.",
    ]);
  });

  test.each([
    [["--port", "x"], "the command line: --port = x - expected an integer"],
    [["--prot", "1"], "the command line: --prot = (nothing) - expected a known key"],
    [["--port"], "the command line: --port = (nothing) - expected a value."],
    [["start"], "the command line: argument = start - expected flags only."],
    [["--json=yes"], "the command line: --json = yes - expected a known key"],
    [["--config"], "the command line: --config = (nothing) - expected a value."],
    [
      ["--config", "absent.jsonc"],
      "the command line: --config = absent.jsonc - expected a readable file (ENOENT).",
    ],
    [["-p", "1"], "the command line: -p = (nothing) - expected a known key"],
  ])("the command line: %j", (args, message) => {
    expect(problemsOf({ args })).toContain(message);
  });

  test("one half of the TLS files misses the other", () => {
    expect(problemsOf({ env: { SOTTO_TLS_CERT_FILE: "cert.pem" } })).toContain(
      "tls.keyFile = (nothing) - expected a path",
    );
    expect(problemsOf({ env: { SOTTO_TLS_KEY_FILE: "key.pem" } })).toContain(
      "tls.certFile = (nothing) - expected a path",
    );
  });
});

test("variables of the terminal client are not the server's", () => {
  const env = { SOTTO_HOME: "/h", SOTTO_SERVER_ADDRESS: "x", SOTTO_SERVER_PORT: "y", PATH: "/bin" };
  expect(problemsOf({ env })).toBe("");
});

test("docs/CONFIGURATION.md is what the table prints", () => {
  const document = readFileSync(new URL("../../../../docs/CONFIGURATION.md", import.meta.url), "utf8");
  expect(document).toBe(configurationDocument());
});

test("the example in the document is a configuration", () => {
  const example = /```jsonc\n(.*?)```/s.exec(configurationDocument())?.[1] ?? "";
  write("sotto.jsonc", example);
  expect(loadConfig({ cwd }).config).toMatchObject({ registration: "closed", trustedProxies: ["127.0.0.1"] });
});
