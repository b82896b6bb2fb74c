import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { client, ready } from "@serenity-kit/opaque";
import { toBase64Url } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultConfig } from "../../config/loadConfig.ts";
import { DATABASE_FILE, OPAQUE_SETUP_FILE } from "../../openDataDir.ts";
import { makeAccount } from "../../testing/people.ts";
import type { Person } from "../../testing/runningServer.ts";
import { call, login, register, registrationBody, startTestServer } from "../../testing/runningServer.ts";

type Server = Awaited<ReturnType<typeof startTestServer>>;
const PLENTY = 1_000_000;
const unlimited = {
  ...defaultConfig().limits,
  loginsPerAccountPerHour: PLENTY,
  loginsPerAddressPerHour: PLENTY,
  registrationsPerAddressPerHour: PLENTY,
};

describe("login", () => {
  let server: Server;
  let alice: Person;
  beforeAll(async () => {
    server = await startTestServer({ limits: unlimited });
    alice = await register(server, "alice");
  });
  afterAll(() => server.stop());

  test("ACC-8 the right password opens a session without a device", async () => {
    const { finished } = await login(server, "alice", alice.password);
    expect(finished.json).toMatchObject({ account: alice.account, vault: { version: 1 } });
    const token = String(finished.json["token"]);
    expect((await call(server, "accountByName", { token, params: { userName: "alice" } })).code).toBe(
      "noDevice",
    );
  });

  test("a wrong password and an unknown user get the same answers", async () => {
    const wrong = await login(server, "alice", "wrong");
    const unknown = await login(server, "mallory", "wrong");
    expect(wrong.finished.status).toBe(401);
    expect(unknown.finished.status).toBe(wrong.finished.status);
    expect(unknown.finished.text).toBe(wrong.finished.text);
    const headersOf = ({ headers }: { headers: Headers }): object => ({
      ...Object.fromEntries(headers),
      date: "",
    });
    expect(headersOf(unknown.finished)).toEqual(headersOf(wrong.finished));
    expect(unknown.started.status).toBe(200);
    expect(unknown.started.text.length).toBe(wrong.started.text.length);
    expect(headersOf(unknown.started)).toEqual(headersOf(wrong.started));
  });

  test("a wrong password and an unknown user take the same time within noise", async () => {
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 120; i++) {
      // Alternating, so that whatever else the machine does meets both.
      known.push((await login(server, "alice", "wrong")).startMs);
      unknown.push((await login(server, "mallory", "wrong")).startMs);
    }
    const [a, b] = [median(known), median(unknown)];
    // A server that skipped the work for unknown users would answer in less than half the time.
    expect(Math.max(a, b) / Math.min(a, b)).toBeLessThan(1.5);
  });

  test("a login is good for one answer, also for a wrong one", async () => {
    await ready;
    const { clientLoginState, startLoginRequest } = client.startLogin({ password: alice.password });
    const started = await call(server, "loginStart", { body: { userName: "alice", startLoginRequest } });
    const { loginId, loginResponse } = started.json as { loginId: string; loginResponse: string };
    const keyStretching = { "argon2id-custom": { iterations: 1, memory: 8, parallelism: 1 } } as const;
    const proof = client.finishLogin({
      password: alice.password,
      loginResponse,
      clientLoginState,
      keyStretching,
    });
    const finish = (finishLoginRequest: string): ReturnType<typeof call> =>
      call(server, "loginFinish", { body: { loginId, finishLoginRequest } });
    expect((await finish(toBase64Url(new Uint8Array(64)))).code).toBe("wrongCredentials");
    expect((await finish(proof?.finishLoginRequest ?? "")).code).toBe("wrongCredentials");
  });

  test("ATTACKS-11 nothing that the server stores opens a session or an account", async () => {
    const stored = everythingStored(server.dataDir);
    // The needles would be found: they lie in there as they are.
    const { registration_record: record, session } =
      rows(server.dataDir, "SELECT * FROM accounts JOIN sessions")[0] ?? {};
    expect(stored).toContain(record);
    expect(stored).toContain(session);
    for (const value of stored) {
      const asToken = await call(server, "getVault", { headers: { authorization: `Bearer ${value}` } }).catch(
        () => undefined,
      );
      expect(asToken?.status ?? 401).toBe(401);
      const asProof = await loginWith(value);
      expect(asProof).toMatch(/^(wrongCredentials|badRequest)$/);
    }
    for (const password of stored.slice(0, 20)) {
      expect((await login(server, "alice", password)).finished.code).toBe("wrongCredentials");
    }
  });

  /** The code of a login whose proof is `value`. */
  async function loginWith(value: string): Promise<string | undefined> {
    const { startLoginRequest } = client.startLogin({ password: "x" });
    const started = await call(server, "loginStart", { body: { userName: "alice", startLoginRequest } });
    const body = { loginId: started.json["loginId"], finishLoginRequest: value };
    return (await call(server, "loginFinish", { body })).code;
  }

  test("the password and the token are nowhere on disk, and the secret is its owner's alone", async () => {
    const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
    for (const secret of [alice.password, alice.token, Buffer.from(alice.token, "base64url")]) {
      expect(files.filter((file) => file.includes(secret))).toEqual([]);
    }
    for (const name of [OPAQUE_SETUP_FILE, DATABASE_FILE]) {
      expect(statSync(join(server.dataDir, name)).mode & 0o077).toBe(0);
    }
  });
});

describe("registration", () => {
  test("a taken name is refused at the first step: evaluating its OPRF would be a free guess", async () => {
    const server = await startTestServer({ limits: unlimited });
    await register(server, "alice");
    await ready;
    const { registrationRequest } = client.startRegistration({ password: "guess" });
    const answer = await call(server, "registerStart", { body: { userName: "alice", registrationRequest } });
    expect([answer.status, answer.code]).toEqual([409, "userNameTaken"]);
    await server.stop();
  });

  test("closed means closed, at both steps and without telling which names exist", async () => {
    const server = await startTestServer({ registration: "closed" });
    await ready;
    const { registrationRequest } = client.startRegistration({ password: "x" });
    const first = await call(server, "registerStart", { body: { userName: "alice", registrationRequest } });
    const second = await call(server, "registerFinish", {
      body: registrationBody(makeAccount("alice"), "AAAA"),
    });
    expect([first.code, second.code]).toEqual(["registrationClosed", "registrationClosed"]);
    await server.stop();
  });

  test("a record that no login could use is refused", async () => {
    const server = await startTestServer();
    const answer = await call(server, "registerFinish", {
      body: registrationBody(makeAccount("alice"), "AAAA"),
    });
    expect(answer.code).toBe("badRequest");
    await server.stop();
  });
});

describe("S8 limits on strangers", () => {
  test("logins are limited per user name, whether it exists or not, and per address", async () => {
    const limits = { ...unlimited, loginsPerAccountPerHour: 3, loginsPerAddressPerHour: 8 };
    const server = await startTestServer({ limits });
    const codes: (string | undefined)[] = [];
    // Registering takes one attempt of the name: its first step is worth a guess too.
    await register(server, "alice");
    for (const name of ["alice", "alice", "alice", "bob", "bob", "bob", "bob", "carol", "dave"]) {
      const { started, finished } = await login(server, name, "wrong");
      codes.push(started.code ?? finished.code);
      if (started.status === 429) expect(started.headers.get("retry-after")).toBe("60");
    }
    const wrong = "wrongCredentials";
    expect(codes).toEqual([wrong, wrong, "slowDown", wrong, wrong, wrong, "slowDown", wrong, "slowDown"]);
    await server.stop();
  });

  test("registrations are limited per address, at either step", async () => {
    const server = await startTestServer({ limits: { ...unlimited, registrationsPerAddressPerHour: 2 } });
    await register(server, "alice");
    await register(server, "bob");
    const { registrationRequest } = client.startRegistration({ password: "x" });
    const first = await call(server, "registerStart", { body: { userName: "carol", registrationRequest } });
    const second = await call(server, "registerFinish", {
      body: registrationBody(makeAccount("carol"), "AAAA"),
    });
    const unread = await call(server, "registerFinish", { body: "not even the right form" });
    expect([first.code, second.code, unread.code]).toEqual(["slowDown", "slowDown", "slowDown"]);
    await server.stop();
  });

  test("a forwarded address counts only from a trusted proxy", async () => {
    const limits = { ...unlimited, loginsPerAddressPerHour: 1 };
    const attempts = async (trustedProxies: string[]): Promise<number[]> => {
      const server = await startTestServer({ limits, trustedProxies });
      await ready;
      const { startLoginRequest } = client.startLogin({ password: "x" });
      const statuses: number[] = [];
      for (const address of ["192.0.2.1", "192.0.2.2"]) {
        const headers = { "x-forwarded-for": address, "x-forwarded-proto": "https" };
        const body = { userName: "alice", startLoginRequest };
        statuses.push((await call(server, "loginStart", { body, headers })).status);
      }
      await server.stop();
      return statuses;
    };
    expect(await attempts([])).toEqual([200, 429]);
    expect(await attempts(["127.0.0.1"])).toEqual([200, 200]);
  });
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function rows(dataDir: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true });
  const found = db.prepare(sql).all();
  db.close();
  return found;
}

/** Every text and byte string of every table, as it is and as base64url. */
function everythingStored(dataDir: string): string[] {
  const tables = rows(dataDir, "SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) =>
    String(name),
  );
  const values = tables.flatMap((table) =>
    rows(dataDir, `SELECT * FROM ${table}`).flatMap((row) => Object.values(row)),
  );
  return values.flatMap((value) => {
    if (value instanceof Uint8Array) return [toBase64Url(value)];
    return typeof value === "string"
      ? [value, toBase64Url(Buffer.from(value)), toBase64Url(Buffer.from(value, "hex"))]
      : [];
  });
}
