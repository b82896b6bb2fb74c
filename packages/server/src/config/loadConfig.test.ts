import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
    ["SOTTO_LIMITS_ICE_FETCHES_PER_DEVICE_PER_HOUR", "0"],
    ["SOTTO_ICE_STUN_URLS", "stun.example.org"],
    ["SOTTO_ICE_STUN_URLS", "https://stun.example.org"],
    ["SOTTO_ICE_STUN_URLS", "stun://stun.example.org"],
    ["SOTTO_ICE_STUN_URLS", "stun:stun.example.org?transport=udp"],
    ["SOTTO_ICE_STUN_URLS", "stuns:stun.example.org"],
    ["SOTTO_ICE_STUN_URLS", "turn:turn.example.org"],
    ["SOTTO_ICE_STUN_URLS", "stun:"],
    ["SOTTO_ICE_STUN_URLS", "stun:a.example,stun:a.example:0"],
    ["SOTTO_ICE_STUN_URLS", Array(9).fill("stun:a").join(",")],
    ["SOTTO_ICE_TURN_URLS", "stun:turn.example.org"],
    ["SOTTO_ICE_TURN_URLS", "turn:turn.example.org:65536"],
    ["SOTTO_ICE_TURN_URLS", "turn:turn.example.org:port"],
    ["SOTTO_ICE_TURN_URLS", "turn:alice@turn.example.org"],
    ["SOTTO_ICE_TURN_URLS", "turn:turn.example.org?transport=sctp"],
    ["SOTTO_ICE_TURN_URLS", "turn:turn.example.org/?transport=udp"],
    ["SOTTO_ICE_TURN_URLS", "turn:256.0.0.1"],
    ["SOTTO_ICE_TURN_URLS", "turn:2001:db8::1"],
    ["SOTTO_ICE_TURN_URLS", "turn:[2001:db8::g]"],
    ["SOTTO_ICE_TURN_URLS", "turn:-a.example"],
    ["SOTTO_ICE_TURN_URLS", `turn:${"a".repeat(64)}.example`],
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

describe("STUN and TURN servers", () => {
  const SECRET = "6f1d8a0c52b97e34f08b6a1e93d4c7250b8e6f7a1c3d59e24870ab6cd1f3e592";
  const URLS = ["turn:192.0.2.1", "turn:[2001:db8::1]:3478?transport=tcp", "turns:turn.example.org:5349"];

  function writeIce(ice: object, mode = 0o600): void {
    write("sotto.jsonc", JSON.stringify({ ice }));
    chmodSync(join(cwd, "sotto.jsonc"), mode);
  }

  test("no server is known that is not named", () => {
    const { ice } = loadConfig({ cwd }).config;
    expect(ice).toEqual({ stunUrls: [], turnUrls: [], turnSecretFile: null, turnSecret: null });
  });

  test("they stand in the file, in variables and flags; the secret in a file alone", () => {
    writeIce({ turnUrls: URLS, turnSecret: SECRET });
    const { ice } = loadConfig({
      cwd,
      env: { SOTTO_ICE_STUN_URLS: "stun:a.example,stun:b.example:3478" },
    }).config;
    expect(ice).toMatchObject({ turnUrls: URLS, stunUrls: ["stun:a.example", "stun:b.example:3478"] });
    expect(ice.turnSecret?.reveal()).toBe(SECRET);
    const args = ["--ice-turn-urls", "turn:a.example", "--ice-turn-secret-file", "turn-secret"];
    write("sotto.jsonc", "{}");
    expect(loadConfig({ cwd, args }).config.ice.turnSecretFile).toBe(join(cwd, "turn-secret"));
  });

  test.each([0o644, 0o640, 0o604])("ATK-8: a file of mode %o that holds the secret", (mode) => {
    writeIce({ turnUrls: URLS, turnSecret: SECRET }, mode);
    expect(problemsOf({})).toBe(
      "sotto.jsonc:1: ice.turnSecret = (not shown) - expected a configuration file that its owner alone can read, because a secret stands in it: run chmod 600 on it, and choose another secret if somebody may have read this one.",
    );
    writeIce({ stunUrls: ["stun:a.example"] }, mode);
    expect(problemsOf({})).toBe("");
  });

  test.each([
    ["changeme", { turnSecret: "changeme" }],
    ["a long sample", { turnSecret: "REPLACE-with-the-output-of-openssl-rand-hex-32" }],
    ["31 characters", { turnSecret: SECRET.slice(0, 31) }],
    ["no text", { turnSecret: { value: SECRET } }],
    ["a list", [SECRET]],
    ["another key", { turnSecrets: SECRET }],
  ])("ATK-8: %s is refused and not shown", (_name, ice) => {
    writeIce(ice);
    const message = problemsOf({});
    expect(message).toMatch(/^sotto\.jsonc:1: ice\S* = \(not shown\) - expected /);
    expect(message).not.toMatch(/changeme|REPLACE|6f1d8a0c/);
  });

  test("ATK-8: a slip in the file does not show it either", () => {
    write("sotto.jsonc", `{ "ice": { "turnSecret": ${SECRET} } }`);
    expect(problemsOf({})).toContain("expected JSON with comments");
    expect(problemsOf({})).not.toMatch(/6f1d8a0c|8a0c52b9/);
  });

  test("ATK-8: it has no variable and no flag", () => {
    for (const sources of [
      { env: { SOTTO_ICE_TURN_SECRET: SECRET } },
      { args: ["--ice-turn-secret", SECRET] },
      { args: [`--ice-turn-secret=${SECRET}`] },
    ]) {
      expect(problemsOf(sources)).toContain(
        "(not shown) - expected nothing here, because secrets are not configured",
      );
      expect(problemsOf(sources)).not.toContain("6f1d8a0c");
    }
  });

  test.each([
    [{ turnUrls: URLS }, "ice.turnSecretFile = (nothing) - expected a path, because ice.turnUrls is set."],
    [
      { turnSecret: SECRET },
      "ice.turnUrls = (nothing) - expected addresses of TURN servers, because ice.turnSecret is set.",
    ],
    [
      { turnSecretFile: "f" },
      "ice.turnUrls = (nothing) - expected addresses of TURN servers, because ice.turnSecretFile is set.",
    ],
    [
      { turnUrls: URLS, turnSecret: SECRET, turnSecretFile: "/f" },
      "ice.turnSecretFile = /f - expected nothing, because ice.turnSecret is set too.",
    ],
  ])("servers and secret belong together: %j", (ice, message) => {
    writeIce(ice);
    expect(problemsOf({})).toBe(`the configuration: ${message}`);
  });
});

test("variables of the terminal client are not the server's", () => {
  const env = {
    SOTTO_HOME: "/h",
    SOTTO_SERVER_ADDRESS: "x",
    SOTTO_SERVER_PORT: "y",
    SOTTO_DIRECT_CONNECTIONS: "z",
    PATH: "/bin",
  };
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
