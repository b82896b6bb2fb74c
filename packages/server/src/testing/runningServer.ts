/** A real server on a free port of this machine, and people who use it over HTTP as a client does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { client, ready } from "@serenity-kit/opaque";
import type { RouteName } from "@sotto/protocol";
import { ROUTES, fromBase64Url, toBase64Url, utf8 } from "@sotto/protocol";
import { hashOfToken } from "../adapters/http/access.ts";
import { createLog } from "../adapters/logging/log.ts";
import type { ServerConfig } from "../config/keys.ts";
import { defaultConfig } from "../config/loadConfig.ts";
import { DATABASE_FILE } from "../openDataDir.ts";
import type { RunningServer } from "../startServer.ts";
import { startServer } from "../startServer.ts";
import type { TestAccount } from "./people.ts";
import { makeAccount, proveDevice, signList, testVault } from "./people.ts";
import { wireVault } from "../adapters/http/wireValues.ts";

export interface TestServer extends RunningServer {
  readonly dataDir: string;
  /** Every line that the server logged, at level debug. */
  readonly logged: readonly string[];
  /** Changes the database behind the server's back. */
  tamper(sql: string, ...values: string[]): void;
}

/** Starts a server in a new directory that `stop` removes. */
export async function startTestServer(
  changes: Partial<ServerConfig> = {},
  webAppDir?: string,
): Promise<TestServer & { stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "sotto-server-"));
  const config = { ...defaultConfig(), bindAddress: "127.0.0.1", port: 0, dataDir, ...changes };
  const logged: string[] = [];
  const log = createLog({ level: "debug", json: true, write: (line) => void logged.push(line) });
  const server = await startServer({ config, log, ...(webAppDir !== undefined && { webAppDir }) });
  return {
    ...server,
    dataDir,
    logged,
    tamper(sql, ...values) {
      const db = new DatabaseSync(join(dataDir, DATABASE_FILE), { timeout: 5000 });
      db.prepare(sql).run(...values);
      db.close();
    },
    async stop() {
      await server.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
  /** The code of a refusal. */
  readonly code: string | undefined;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a route; bytes are sent as bytes, everything else as JSON. */
export async function call(
  server: Pick<RunningServer, "url">,
  route: RouteName,
  options: CallOptions = {},
): Promise<Answer> {
  const { method, path } = ROUTES[route];
  const { token, body, params = {}, headers = {} } = options;
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const binary = body instanceof Uint8Array;
  const response = await fetch(server.url + filled, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": binary ? "application/octet-stream" : "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: binary ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  return answerOf(response);
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
  const code = (json["error"] as { code?: string } | undefined)?.code;
  return { status: response.status, headers: response.headers, text, json, code };
}

/** Someone with an account. */
export interface Person extends TestAccount {
  readonly password: string;
  /** Of the session that registering opened. */
  readonly token: string;
}

/** The cheapest stretching: it is the client's cost and no test here is about it. */
const keyStretching = { "argon2id-custom": { iterations: 1, memory: 8, parallelism: 1 } } as const;

export async function register(
  server: RunningServer,
  userName: string,
  password = `password of ${userName}`,
): Promise<Person> {
  await ready;
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const started = await call(server, "registerStart", { body: { userName, registrationRequest } });
  const registrationResponse = String(started.json["registrationResponse"]);
  const registrationRecord = client.finishRegistration({
    password,
    registrationResponse,
    clientRegistrationState,
    keyStretching,
  }).registrationRecord;
  const account = makeAccount(userName);
  const finished = await call(server, "registerFinish", {
    body: registrationBody(account, registrationRecord),
  });
  const token = finished.json["token"];
  if (typeof token !== "string") throw new Error(`registering failed: ${started.text} ${finished.text}`);
  return { ...account, password, token };
}

/** The body of registerFinish. */
export function registrationBody(account: TestAccount, registrationRecord: string): Record<string, unknown> {
  return {
    userName: account.userName,
    registrationRecord,
    account: account.account,
    deviceList: toBase64Url(signList(account, account.list)),
    sealedAccountKey: toBase64Url(utf8("sealed")),
    vault: wireVault(testVault(1)),
    keyPackages: { packages: [toBase64Url(utf8("package"))], lastResort: toBase64Url(utf8("last")) },
  };
}

/** Both steps of a login; for a password that the client itself finds wrong, the second with a message that proves nothing. */
export async function login(
  server: RunningServer,
  userName: string,
  password: string,
): Promise<{ started: Answer; finished: Answer; startMs: number }> {
  await ready;
  const { clientLoginState, startLoginRequest } = client.startLogin({ password });
  const beforeMs = performance.now();
  const started = await call(server, "loginStart", { body: { userName, startLoginRequest } });
  const startMs = performance.now() - beforeMs;
  const { loginId, loginResponse } = started.json as { loginId: string; loginResponse: string };
  const proof =
    started.status === 200
      ? client.finishLogin({ password, loginResponse, clientLoginState, keyStretching })
      : undefined;
  const finishLoginRequest = proof?.finishLoginRequest ?? toBase64Url(new Uint8Array(64));
  const finished = await call(server, "loginFinish", { body: { loginId, finishLoginRequest } });
  return { started, finished, startMs };
}

/** The token of a new session, not bound to a device. */
export async function openSession(server: RunningServer, person: Person): Promise<string> {
  const { finished } = await login(server, person.userName, person.password);
  const token = finished.json["token"];
  if (typeof token !== "string") throw new Error(`login failed: ${finished.text}`);
  return token;
}

/** Proof of possession that binds the session of `token` to the person's first device. */
export function bindBody(person: Person, token: string): Record<string, unknown> {
  return { device: person.device.device, proof: toBase64Url(proveDevice(person.device, keyOfToken(token))) };
}

/** What the server stores of a token. */
export function keyOfToken(token: string): string {
  return hashOfToken(fromBase64Url(token) ?? new Uint8Array());
}
