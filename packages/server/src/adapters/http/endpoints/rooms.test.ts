/** ROOM-10: how often a room's password can be guessed, with OPAQUE as it is. */
import { client, ready } from "@serenity-kit/opaque";
import type { GroupId } from "@sotto/protocol";
import { toBase64Url } from "@sotto/protocol";
import { beforeAll, expect, test } from "vitest";
import { createRateLimiter } from "../../../engine/index.ts";
import type { Result } from "../../../ports/result.ts";
import type { TestAccount } from "../../../testing/people.ts";
import type { Room } from "../../../testing/roomWorld.ts";
import { CODE, ROOM, openedRoom, removing } from "../../../testing/roomWorld.ts";
import { refusal, value } from "../../../testing/ruleWorld.ts";
import { testId } from "../../../testing/people.ts";
import type { OpaqueServer } from "../../opaque/opaqueServer.ts";
import { createOpaqueServer, createOpaqueSetup } from "../../opaque/opaqueServer.ts";
import { createPendingLogins } from "../../opaque/pendingLogins.ts";
import type { Session } from "../access.ts";
import type { Service } from "../service.ts";
import { roomEndpoints } from "./rooms.ts";

const keyStretching = { "argon2id-custom": { iterations: 1, memory: 8, parallelism: 1 } } as const;
const PASSWORD = "six words of a list that is here";
const WRONG = "another password";
const UNKNOWN = "0123456789ab";
const HOUR_MS = 3_600_000;

let opaque: OpaqueServer;
beforeAll(async () => {
  await ready;
  const created = await createOpaqueServer(await createOpaqueSetup());
  if (created === undefined) throw new Error("a fresh setup must do");
  opaque = created;
});

interface Limits {
  readonly inHour?: number;
  readonly inDay?: number;
  readonly byAccountInDay?: number;
  readonly byAccount?: number;
}

interface Guarded extends Room {
  nowMs: number;
  /** What a try ends with: the refusal's code, or "in". `between` happens between its steps. */
  guess(who: TestAccount, password: string, code?: string, between?: () => void): Promise<string>;
  /** How long the first step of a login takes, in milliseconds. */
  startMs(who: TestAccount, code: string): Promise<number>;
  /** The first step of a new password. */
  evaluate(who: TestAccount, code?: string): Promise<Result<{ readonly registrationResponse: string }>>;
}

/** A room whose password alice has set, for which the service took one guess. */
async function guarded(limits: Limits): Promise<Guarded> {
  const room = openedRoom();
  const perHour = (burst = 1000) => createRateLimiter({ burst, perHour: burst });
  const perDay = (burst = 1000) => createRateLimiter({ burst, perHour: burst / 24 });
  const service: Pick<Service, "executor" | "opaque" | "rooms" | "nowMs"> = {
    opaque,
    executor: { execute: async (request) => room.world.run(request), close: async () => {} },
    rooms: {
      pendingLogins: createPendingLogins(),
      guessesInHour: perHour(limits.inHour),
      guessesInDay: perDay(limits.inDay),
      guessesByAccountInDay: perDay(limits.byAccountInDay),
      guessesByAccount: perHour(limits.byAccount),
    },
    nowMs: () => guardedRoom.nowMs,
  };
  const given = <T>(who: TestAccount, input: T) => {
    const { account, userName, device } = who;
    const caller: Session = {
      account,
      userName,
      device: device.device,
      recent: false,
      key: device.session,
    };
    return { input, params: { group: testId<GroupId>(ROOM) }, caller };
  };
  const guardedRoom: Guarded = {
    ...room,
    nowMs: 0,
    async guess(who, password, code = CODE, between = () => {}) {
      const { clientLoginState, startLoginRequest } = client.startLogin({ password });
      const started = await roomEndpoints.roomLoginStart(
        service as Service,
        given(who, { code, startLoginRequest }),
      );
      if (!started.ok) return started.refusal.code;
      between();
      const { loginId, loginResponse } = started.value;
      const proof = client.finishLogin({ password, loginResponse, clientLoginState, keyStretching });
      const finishLoginRequest = proof?.finishLoginRequest ?? toBase64Url(new Uint8Array(64));
      const finished = await roomEndpoints.roomLoginFinish(
        service as Service,
        given(who, { loginId, finishLoginRequest }),
      );
      return finished.ok ? "in" : finished.refusal.code;
    },
    async startMs(who, code) {
      const { startLoginRequest } = client.startLogin({ password: WRONG });
      const beforeMs = performance.now();
      value(await roomEndpoints.roomLoginStart(service as Service, given(who, { code, startLoginRequest })));
      return performance.now() - beforeMs;
    },
    async evaluate(who, code = CODE) {
      const { registrationRequest } = client.startRegistration({ password: PASSWORD });
      return roomEndpoints.roomPasswordStart(service as Service, given(who, { code, registrationRequest }));
    },
  };
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: PASSWORD });
  const { registrationResponse } = value(
    await roomEndpoints.roomPasswordStart(
      service as Service,
      given(room.alice, { code: CODE, registrationRequest }),
    ),
  );
  const { registrationRecord } = client.finishRegistration({
    password: PASSWORD,
    registrationResponse,
    clientRegistrationState,
    keyStretching,
  });
  const record = { code: CODE, registrationRecord, sealedSecret: "AAAA", k: 1 };
  value(await roomEndpoints.putRoom(service as Service, given(room.alice, record)));
  return guardedRoom;
}

/** What so many wrong guesses in turn are told. */
async function told(room: Guarded, who: readonly TestAccount[], code?: string): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const one of who) answers.push(await room.guess(one, WRONG, code));
  return answers;
}

const wrong = "wrongCredentials";

test("at a code by all together: in an hour, in a day, and evenly again, whether there is such a room or not", async () => {
  for (const code of [CODE, UNKNOWN]) {
    const room = await guarded({ inHour: 3, inDay: 6 });
    const { carol, dave } = room;
    // Setting the password took one: its first step is worth a guess too.
    if (code === UNKNOWN) await room.guess(carol, WRONG, code);
    expect(await told(room, [carol, dave, carol], code)).toEqual([wrong, wrong, "slowDown"]);
    room.nowMs += HOUR_MS;
    expect(await told(room, [carol, dave, carol, dave], code)).toEqual([wrong, wrong, wrong, "slowDown"]);
    room.nowMs += HOUR_MS;
    expect(await told(room, [carol], code)).toEqual(["slowDown"]);
    room.nowMs += 3 * HOUR_MS;
    expect(await told(room, [carol, dave], code)).toEqual([wrong, "slowDown"]);
  }
});

test("by one account: at a room in a day, so that it alone shuts nobody out, and at all rooms in an hour", async () => {
  const one = await guarded({ byAccountInDay: 2, inHour: 4 });
  expect(await told(one, [one.carol, one.carol, one.carol, one.dave])).toEqual([
    wrong,
    wrong,
    "slowDown",
    wrong,
  ]);
  expect(await one.guess(one.carol, WRONG, UNKNOWN)).toBe(wrong);
  const all = await guarded({ byAccount: 2 });
  expect(await told(all, [all.carol, all.carol], UNKNOWN)).toEqual([wrong, wrong]);
  expect(await told(all, [all.carol, all.dave])).toEqual(["slowDown", wrong]);
});

test("whoever knows the password has guessed nothing: any number of them comes in", async () => {
  const room = await guarded({ inHour: 3, inDay: 3, byAccountInDay: 2, byAccount: 2 });
  const { carol, dave } = room;
  for (let i = 0; i < 5; i++) expect(await room.guess(carol, PASSWORD)).toBe("in");
  expect(await told(room, [carol])).toEqual([wrong]);
  expect(await room.guess(carol, PASSWORD)).toBe("in");
  expect(await told(room, [carol, carol, dave])).toEqual([wrong, "slowDown", "slowDown"]);
  expect(await room.guess(dave, PASSWORD)).toBe("slowDown");
});

test("a password that has gone gives no guess back", async () => {
  const room = await guarded({ inHour: 3 });
  const { world, alice, bob, carol, dave } = room;
  const remove = (): void => void value(world.run(removing(alice, 2, bob, "new door")));
  expect(await room.guess(carol, PASSWORD, CODE, remove)).toBe(wrong);
  expect(await room.guess(dave, PASSWORD)).toBe(wrong);
  expect(await room.guess(carol, PASSWORD)).toBe("slowDown");
});

test("what a registration evaluates is a guess at the password of its code", async () => {
  const room = await guarded({ inHour: 2 });
  expect((await room.evaluate(room.carol)).ok).toBe(true);
  expect(await room.evaluate(room.carol)).toEqual(refusal("slowDown"));
  expect(await room.guess(room.dave, PASSWORD)).toBe("slowDown");
  expect((await room.evaluate(room.carol, UNKNOWN)).ok).toBe(true);
});

test("ATTACKS-43 an unknown code takes the same time as a known one, within noise", async () => {
  const room = await guarded({});
  const known: number[] = [];
  const unknown: number[] = [];
  for (let i = 0; i < 100; i++) {
    // Alternating, so that whatever else the machine does meets both.
    known.push(await room.startMs(room.carol, CODE));
    unknown.push(await room.startMs(room.carol, UNKNOWN));
  }
  const [a, b] = [undisturbed(known), undisturbed(unknown)];
  // A server that skipped the work for unknown codes would answer in a small part of the time.
  expect(Math.max(a, b) / Math.min(a, b)).toBeLessThan(1.5);
});

/** The first decile: whatever else a busy machine does makes times only longer. */
function undisturbed(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 10)] as number;
}
