import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serverUrl } from "./keys.ts";
import { loadConfig } from "./loadConfig.ts";

let cwd = "";
const load = (env: Record<string, string> = {}, clientConfig?: string) =>
  loadConfig({ home: join(cwd, "home"), clientConfig, env, cwd });

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "sotto-config-"));
  mkdirSync(join(cwd, "home"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

describe("client configuration (S2)", () => {
  test("defaults are this machine, port 5555", async () => {
    expect(serverUrl(await load())).toBe("http://127.0.0.1:5555");
  });

  test("later sources win: file, .env, .env.<environment>, environment", async () => {
    writeFileSync(
      join(cwd, "home/client.jsonc"),
      `{ // mine\n "serverAddress": "one.example", "serverPort": 1, }`,
    );
    expect(await load()).toMatchObject({
      serverAddress: "one.example",
      serverPort: 1,
      serverFingerprint: null,
      directConnections: true,
    });
    writeFileSync(join(cwd, ".env"), "SOTTO_SERVER_PORT=2\nSOTTO_PORT=7000\nOTHER=x\n");
    expect(await load()).toMatchObject({ serverAddress: "one.example", serverPort: 2 });
    writeFileSync(join(cwd, ".env.test"), "SOTTO_SERVER_PORT=3\n");
    expect((await load({ NODE_ENV: "test" })).serverPort).toBe(3);
    expect((await load({ SOTTO_ENV: "production", NODE_ENV: "test" })).serverPort).toBe(2);
    expect((await load({ SOTTO_ENV: "test", SOTTO_SERVER_PORT: "4" })).serverPort).toBe(4);
  });

  test("S3 a fingerprint is read as people write it", async () => {
    const digits = "0123456789abcdef".repeat(4);
    const written = digits.toUpperCase().replaceAll(/..(?=.)/g, "$&:");
    expect((await load({ SOTTO_SERVER_FINGERPRINT: written })).serverFingerprint).toBe(digits);
    writeFileSync(join(cwd, "home/client.jsonc"), `{ "serverFingerprint": "${digits}" }`);
    expect((await load()).serverFingerprint).toBe(digits);
    await expect(load({ SOTTO_SERVER_FINGERPRINT: `${digits}0` })).rejects.toThrow("64 hexadecimal digits");
  });

  test("DIR-1: a terminal makes no direct connections where that is said", async () => {
    expect((await load({ SOTTO_DIRECT_CONNECTIONS: "false" })).directConnections).toBe(false);
    writeFileSync(join(cwd, "home/client.jsonc"), `{ "directConnections": false }`);
    expect((await load()).directConnections).toBe(false);
    await expect(load({ SOTTO_DIRECT_CONNECTIONS: "no" })).rejects.toThrow("expected true or false");
  });

  test.each([
    [{ serverAddress: "localhost", serverPort: 80 }, "http://localhost:80"],
    [{ serverAddress: "::1", serverPort: 5555 }, "http://[::1]:5555"],
    [{ serverAddress: "chat.example.org", serverPort: 5555 }, "https://chat.example.org:5555"],
    [{ serverAddress: "192.168.1.2", serverPort: 5555 }, "https://192.168.1.2:5555"],
    [{ serverAddress: "https://chat.example.org", serverPort: 5555 }, "https://chat.example.org"],
  ])("%j means %s", (config, url) => {
    expect(serverUrl(config)).toBe(url);
  });

  test("--client-config names another file, which must be there", async () => {
    const file = join(cwd, "mine.jsonc");
    await expect(load({}, file)).rejects.toThrow(`--client-config = ${file} - expected a readable file.`);
    writeFileSync(file, `{ "serverPort": 6000 }`);
    expect((await load({}, file)).serverPort).toBe(6000);
  });

  test.each([
    [`{ "serverPort": 0 }`, `client.jsonc:1: serverPort = 0 - expected an integer from 1 to 65535.`],
    [`{\n\n "serverPort": "5555" }`, `client.jsonc:3: serverPort = "5555" - expected an integer`],
    [`{ "serverAddress": "a b" }`, `serverAddress = "a b" - expected a host name`],
    [`{ "serverAddress": "https://x/path" }`, `serverAddress = "https://x/path" - expected a host name`],
    [
      `{ "adress": "x" }`,
      `adress = "x" - expected one of the keys serverAddress, serverPort, serverFingerprint, directConnections.`,
    ],
    [`{ "serverPort": }`, `ValueExpected = } - expected JSON with comments.`],
    [`[1]`, `the file = [1] - expected an object.`],
  ])("refuses the file %s", async (text, sentence) => {
    writeFileSync(join(cwd, "home/client.jsonc"), text);
    await expect(load()).rejects.toThrow(sentence);
  });

  test.each([
    [
      { SOTTO_SERVER_PORT: "http" },
      "the environment: SOTTO_SERVER_PORT = http - expected an integer from 1 to 65535.",
    ],
    [
      { SOTTO_SERVER_ADDRESS: "" },
      "the environment: SOTTO_SERVER_ADDRESS = (nothing) - expected a host name",
    ],
    [{ SOTTO_ENV: "prod" }, "SOTTO_ENV = prod - expected one of development, test, production."],
  ])("refuses the environment %j", async (env, sentence) => {
    await expect(load(env)).rejects.toThrow(sentence);
  });

  test("tells all problems at once", async () => {
    writeFileSync(join(cwd, ".env"), "SOTTO_SERVER_PORT=x\n");
    await expect(load({ SOTTO_SERVER_ADDRESS: "/" })).rejects.toThrow(
      /\.env: SOTTO_SERVER_PORT[^]*\n[^]*SOTTO_SERVER_ADDRESS/,
    );
  });
});
