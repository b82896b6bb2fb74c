/** Rooms with a password over HTTP, with OPAQUE as it is. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { client, ready } from "@serenity-kit/opaque";
import type { ClientFrame, GroupId, HandshakeParts } from "@sotto/protocol";
import { decodeServerFrame, encodeClientFrame, toBase64Url, utf8 } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultConfig } from "../../config/loadConfig.ts";
import { testId } from "../../testing/people.ts";
import { setPassword, tryPassword } from "../../testing/roomPassword.ts";
import { doorOf, settingDoor } from "../../testing/roomWorld.ts";
import { parts } from "../../testing/ruleWorld.ts";
import type { Person, TestServer } from "../../testing/runningServer.ts";
import { call, register, startTestServer } from "../../testing/runningServer.ts";

const PLENTY = 1_000_000;
const unlimited = {
  ...defaultConfig().limits,
  registrationsPerAddressPerHour: PLENTY,
  guessesPerRoomPerHour: PLENTY,
  guessesPerRoomPerDay: PLENTY,
  guessesPerRoomPerAccountPerDay: PLENTY,
  roomGuessesPerAccountPerHour: PLENTY,
  roomGuessesPerAddressPerHour: PLENTY,
};
const CODE = "abcdefghjkmn";
const UNKNOWN = "0123456789ab";
const PASSWORD = "six words of a list that is here";
const WRONG = "another password";

/** Sends the frame over HTTP; `ok`, or the code of the refusal. */
async function send(server: TestServer, { token }: Person, frame: ClientFrame): Promise<string> {
  const { method, url } = { method: "POST", url: `${server.url}/v1/frames` };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
  const response = await fetch(url, { method, headers, body: new Uint8Array(encodeClientFrame(frame)) });
  const reply = decodeServerFrame(new Uint8Array(await response.arrayBuffer()));
  return reply?.type === "refused" ? reply.code : (reply?.type ?? "none");
}

/** A room of one member, behind the door "door". */
function openRoom(server: TestServer, by: Person, group: GroupId): Promise<string> {
  const made = parts({ ...settingDoor("door"), sealedGroupInfo: utf8("info 1") });
  const ids = { group, conversation: testId<never>("c"), predecessor: null };
  return send(server, by, {
    type: "createGroup",
    requestId: 1,
    kind: "room",
    firstMessage: null,
    ...ids,
    ...made,
  });
}

function handshake(
  server: TestServer,
  by: Person,
  group: GroupId,
  index: number,
  change: Partial<HandshakeParts>,
): Promise<string> {
  const bytes = utf8(`handshake ${index} of ${by.userName}`);
  const made = parts({ handshake: bytes, sealedGroupInfo: utf8(`info ${index}`), ...change });
  return send(server, by, { type: "handshake", requestId: 2, group, index, ...made });
}

describe("a room", () => {
  const group = testId<GroupId>("room");
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let alice: Person;
  let carol: Person;
  beforeAll(async () => {
    server = await startTestServer({ limits: unlimited });
    alice = await register(server, "alice");
    carol = await register(server, "carol");
    expect(await openRoom(server, alice, group)).toBe("ok");
  });
  afterAll(() => server.stop());
  const info = (who: Person, door: Uint8Array) =>
    call(server, "groupInfo", {
      token: who.token,
      params: { group },
      body: { door: toBase64Url(door) },
    });

  test("ROOM-3 to ROOM-9 a stranger with code and password finds the room and comes in while its creator is away", async () => {
    const set = await setPassword(server, alice, { group, code: CODE, password: PASSWORD, k: 1 });
    expect([set.started.status, set.finished?.status]).toEqual([200, 200]);
    const opened = await tryPassword(server, carol, CODE, PASSWORD);
    expect(opened.finished.json).toEqual({ group, sealedSecret: toBase64Url(utf8("sealed secret")) });
    expect(opened.exportKey).toBe(set.exportKey);
    const found = await info(carol, doorOf("door"));
    expect(found.json).toEqual({ index: 1, sealed: toBase64Url(utf8("info 1")) });
    expect(await handshake(server, carol, group, 2, { door: doorOf("door") })).toBe("ok");
    const list = await call(server, "groupMailboxes", { token: carol.token, params: { group } });
    expect(list.json).toEqual({ index: 2, mailboxes: [alice.device.mailbox, carol.device.mailbox] });
    const right = { index: 2, sealed: toBase64Url(utf8("of alice")) };
    const put = await call(server, "putGroupInfo", { token: alice.token, params: { group }, body: right });
    expect(put.status).toBe(200);
    expect((await info(carol, doorOf("door"))).json).toEqual(right);
  });

  test("ATTACKS-43 a wrong password and an unknown code get the same answers", async () => {
    const wrong = await tryPassword(server, carol, CODE, WRONG);
    const unknown = await tryPassword(server, carol, UNKNOWN, PASSWORD);
    expect([wrong.finished.status, wrong.exportKey, unknown.exportKey]).toEqual([401, undefined, undefined]);
    expect(unknown.finished.text).toBe(wrong.finished.text);
    expect([unknown.started.status, unknown.started.text.length]).toEqual([200, wrong.started.text.length]);
    const headersOf = ({ headers }: { headers: Headers }): object => ({
      ...Object.fromEntries(headers),
      date: "",
    });
    expect(headersOf(unknown.started)).toEqual(headersOf(wrong.started));
    expect(headersOf(unknown.finished)).toEqual(headersOf(wrong.finished));
  });

  test("a login is good for one answer, and only whoever began it finishes it", async () => {
    const stolen = await tryPassword(server, carol, CODE, PASSWORD, alice);
    expect(stolen.finished.code).toBe("wrongCredentials");
    const { clientLoginState, startLoginRequest } = client.startLogin({ password: PASSWORD });
    const started = await call(server, "roomLoginStart", {
      token: carol.token,
      body: { code: CODE, startLoginRequest },
    });
    const { loginId, loginResponse } = started.json as { loginId: string; loginResponse: string };
    const keyStretching = { "argon2id-custom": { iterations: 1, memory: 8, parallelism: 1 } } as const;
    const proof = client.finishLogin({ password: PASSWORD, loginResponse, clientLoginState, keyStretching });
    const finish = (finishLoginRequest: string) =>
      call(server, "roomLoginFinish", { token: carol.token, body: { loginId, finishLoginRequest } });
    // Nor does an account's login finish a room's, or the other way round.
    const body = { loginId, finishLoginRequest: proof?.finishLoginRequest ?? "" };
    expect((await call(server, "loginFinish", { body })).code).toBe("wrongCredentials");
    expect((await finish(proof?.finishLoginRequest ?? "")).status).toBe(200);
    expect((await finish(proof?.finishLoginRequest ?? "")).code).toBe("wrongCredentials");
  });

  test("ROOM-10 an account called as the code is another identifier: its login says nothing of the room's password", async () => {
    await register(server, CODE, PASSWORD);
    const first = async (route: "loginStart" | "roomLoginStart", name: object): Promise<string> => {
      const body = { ...name, startLoginRequest };
      return String((await call(server, route, { token: carol.token, body })).json["loginResponse"]);
    };
    const { startLoginRequest } = client.startLogin({ password: PASSWORD });
    // The evaluated element: it depends on identifier and password alone.
    const [account, room, again] = [
      await first("loginStart", { userName: CODE }),
      await first("roomLoginStart", { code: CODE }),
      await first("roomLoginStart", { code: CODE }),
    ].map((response) => response.slice(0, 42));
    expect(room).toBe(again);
    expect(account).not.toBe(room);
  });

  test("what is no code, no OPAQUE message and no group is a badRequest", async () => {
    const { startLoginRequest } = client.startLogin({ password: PASSWORD });
    const { registrationRequest } = client.startRegistration({ password: PASSWORD });
    const post = async (route: "roomLoginStart" | "roomPasswordStart", body: object) =>
      (await call(server, route, { token: carol.token, body })).code;
    for (const code of ["", "ABCDEFGHJKMN", "abcd-efgh-jkmn", "abcdefghjkmi", "abcdefghjkmnp", "alice"]) {
      expect(await post("roomLoginStart", { code, startLoginRequest })).toBe("badRequest");
      expect(await post("roomPasswordStart", { code, registrationRequest })).toBe("badRequest");
    }
    expect(await post("roomLoginStart", { code: CODE, startLoginRequest: "AAAA" })).toBe("badRequest");
    expect(await post("roomPasswordStart", { code: CODE, registrationRequest: "AAAA" })).toBe("badRequest");
    const { token } = alice;
    const record = { code: UNKNOWN, registrationRecord: "AAAA", sealedSecret: "AAAA", k: 1 };
    const put = await call(server, "putRoom", { token, params: { group }, body: record });
    expect(put.code).toBe("badRequest");
    const nowhere = { token, params: { group: "x" }, body: { door: toBase64Url(new Uint8Array(32)) } };
    expect((await call(server, "groupInfo", nowhere)).code).toBe("badRequest");
  });

  test("the password is nowhere on disk", () => {
    const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
    expect(files.some((file) => file.includes(CODE))).toBe(true);
    expect(files.filter((file) => file.includes(PASSWORD))).toEqual([]);
  });

  test("ROOM-6 after a removal the old code and password answer like an unknown room, and the old door is shut", async () => {
    const out = { removed: [carol.device.mailbox], ...settingDoor("new door") };
    const begun = await tryPasswordAround(() => handshake(server, alice, group, 3, out));
    expect(begun.between).toBe("ok");
    expect(begun.finished.code).toBe("wrongCredentials");
    const [old, unknown] = [
      await tryPassword(server, carol, CODE, PASSWORD),
      await tryPassword(server, carol, UNKNOWN, PASSWORD),
    ];
    expect([old.exportKey, unknown.exportKey]).toEqual([undefined, undefined]);
    expect(old.finished.text).toBe(unknown.finished.text);
    expect(old.started.text.length).toBe(unknown.started.text.length);
    expect((await info(carol, doorOf("door"))).code).toBe("forbidden");
    expect(await handshake(server, carol, group, 4, { door: doorOf("door") })).toBe("notMember");
  });

  /** A login with the right password between whose steps something happens. */
  async function tryPasswordAround(
    act: () => Promise<string>,
  ): Promise<{ between: string; finished: Awaited<ReturnType<typeof call>> }> {
    await ready;
    const { clientLoginState, startLoginRequest } = client.startLogin({ password: PASSWORD });
    const body = { code: CODE, startLoginRequest };
    const started = await call(server, "roomLoginStart", { token: carol.token, body });
    const { loginId, loginResponse } = started.json as { loginId: string; loginResponse: string };
    const keyStretching = { "argon2id-custom": { iterations: 1, memory: 8, parallelism: 1 } } as const;
    const proof = client.finishLogin({ password: PASSWORD, loginResponse, clientLoginState, keyStretching });
    const between = await act();
    const finish = { loginId, finishLoginRequest: proof?.finishLoginRequest };
    return { between, finished: await call(server, "roomLoginFinish", { token: carol.token, body: finish }) };
  }
});

test("ROOM-10 guesses are limited from an address, by whomever and at whatever code; so is what sets a password", async () => {
  const server = await startTestServer({ limits: { ...unlimited, roomGuessesPerAddressPerHour: 2 } });
  const [alice, carol] = [await register(server, "alice"), await register(server, "carol")];
  const guess = async (who: Person, code: string) =>
    (await tryPassword(server, who, code, WRONG)).started.code;
  expect([await guess(alice, CODE), await guess(carol, UNKNOWN), await guess(carol, CODE)]).toEqual([
    undefined,
    undefined,
    "slowDown",
  ]);
  const { registrationRequest } = client.startRegistration({ password: PASSWORD });
  const start = async () => {
    const body = { code: CODE, registrationRequest };
    return (await call(server, "roomPasswordStart", { token: alice.token, body })).code;
  };
  expect([await start(), await start(), await start()]).toEqual([undefined, undefined, "slowDown"]);
  await server.stop();
});
