import { client, ready } from "@serenity-kit/opaque";
import { beforeAll, expect, test } from "vitest";
import type { OpaqueServer } from "./opaqueServer.ts";
import { createOpaqueServer, createOpaqueSetup } from "./opaqueServer.ts";

/** The cheapest stretching: these tests are not about it. */
const keyStretching = { "argon2id-custom": { iterations: 1, memory: 8, parallelism: 1 } } as const;
const password = "correct horse";
let opaque: OpaqueServer;
let record = "";

beforeAll(async () => {
  await ready;
  const created = await createOpaqueServer(await createOpaqueSetup());
  if (created === undefined) throw new Error("a fresh setup must do");
  opaque = created;
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const registrationResponse = opaque.registrationResponse("alice", registrationRequest) ?? "";
  const finish = { password, registrationResponse, clientRegistrationState, keyStretching };
  record = client.finishRegistration(finish).registrationRecord;
});

/** What the server decides about a client that logs in with this password, and what it sends. */
function login(attempt: string, stored: string | null) {
  const { clientLoginState, startLoginRequest } = client.startLogin({ password: attempt });
  const started = opaque.startLogin("alice", stored, startLoginRequest);
  const loginResponse = started?.response ?? "";
  const finished = client.finishLogin({ password: attempt, loginResponse, clientLoginState, keyStretching });
  return { started, finished };
}

test("the right password finishes a login, once per state and for no other", () => {
  const first = login(password, record);
  const second = login(password, record);
  const request = first.finished?.finishLoginRequest ?? "";
  expect(opaque.finishLogin(first.started?.state ?? "", request)).toBe(true);
  expect(opaque.finishLogin(second.started?.state ?? "", request)).toBe(false);
});

test("a wrong password and an unknown user end alike: the client cannot finish", () => {
  const wrong = login("wrong horse", record);
  const unknown = login(password, null);
  expect([wrong.finished, unknown.finished]).toEqual([undefined, undefined]);
  expect(unknown.started?.response.length).toBe(wrong.started?.response.length);
});

test("what does not change between logins does not tell whether the user exists", () => {
  const { startLoginRequest } = client.startLogin({ password });
  const stable = (stored: string | null): string =>
    opaque.startLogin("alice", stored, startLoginRequest)?.response.slice(0, 42) ?? "";
  // The evaluated element depends on the name alone; everything after it is fresh at every login.
  expect(stable(null)).toBe(stable(record));
  expect(stable(null)).toBe(stable(null));
  const whole = (stored: string | null): string | undefined =>
    opaque.startLogin("alice", stored, startLoginRequest)?.response;
  expect(whole(record)?.slice(43)).not.toBe(whole(record)?.slice(43));
  expect(whole(null)?.slice(43)).not.toBe(whole(null)?.slice(43));
});

test.each(["", "A", "not base64!", "AAAA", "A".repeat(2048)])(
  "garbage is undefined, never an exception: %.20s",
  (garbage) => {
    expect(opaque.registrationResponse("alice", garbage)).toBeUndefined();
    expect(opaque.startLogin("alice", null, garbage)).toBeUndefined();
    expect(opaque.isRecord("alice", garbage)).toBe(false);
    expect(opaque.finishLogin(login(password, record).started?.state ?? "", garbage)).toBe(false);
  },
);

test("a record is known as one; a damaged server secret is not taken", async () => {
  expect(opaque.isRecord("alice", record)).toBe(true);
  expect(await createOpaqueServer("damaged")).toBeUndefined();
});
