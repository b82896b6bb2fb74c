/**
 * Rooms with a password: OPAQUE as for accounts, under identifiers that no user name can be. An unknown code takes the same path as a wrong password to the
 * end. Every evaluation of a code's OPRF is worth one guess, that of a registration too (ROOM-10).
 */
import type { GroupId } from "@sotto/protocol";
import { parseId, toBase64Url } from "@sotto/protocol";
import type { RateLimiter } from "../../../ports/rateLimiter.ts";
import type { Result } from "../../../ports/result.ts";
import { accepted, refused } from "../../../ports/result.ts";
import type { EndpointsOf, RoomService } from "../service.ts";
import { bytesOf } from "../wireValues.ts";

const MALFORMED = "not a message of OPAQUE";

export const roomEndpoints: EndpointsOf<
  "roomPasswordStart" | "putRoom" | "roomLoginStart" | "roomLoginFinish" | "groupInfo" | "putGroupInfo"
> = {
  async roomPasswordStart({ rooms, opaque, nowMs }, { input, caller }) {
    if (!takeGuess(rooms, input.code, caller.account, nowMs())) return refused("slowDown");
    const { code, registrationRequest } = input;
    const registrationResponse = opaque.registrationResponse(identifierOf(code), registrationRequest);
    return registrationResponse === undefined
      ? refused("badRequest", { detail: MALFORMED })
      : accepted({ registrationResponse });
  },

  async putRoom({ executor, opaque }, { input, params, caller }) {
    const group = groupOf(params);
    if (!group.ok) return group;
    const { code, registrationRecord, sealedSecret, k } = input;
    if (!opaque.isRecord(identifierOf(code), registrationRecord))
      return refused("badRequest", { detail: MALFORMED });
    return executor.execute({
      type: "putRoom",
      session: caller.key,
      group: group.value,
      code,
      registrationRecord,
      sealedSecret: bytesOf(sealedSecret),
      k,
    });
  },

  async roomLoginStart({ rooms, executor, opaque, nowMs }, { input, caller }) {
    const { code, startLoginRequest } = input;
    if (!takeGuess(rooms, code, caller.account, nowMs())) return refused("slowDown");
    const found = await executor.execute({ type: "roomRecord", session: caller.key, code });
    if (!found.ok) return found;
    const { registrationRecord } = found.value;
    const started = opaque.startLogin(identifierOf(code), registrationRecord, startLoginRequest);
    if (started === undefined) return refused("badRequest", { detail: MALFORMED });
    const login = { code, account: caller.account, registrationRecord, state: started.state };
    return accepted({ loginId: rooms.pendingLogins.add(login, nowMs()), loginResponse: started.response });
  },

  async roomLoginFinish({ rooms, executor, opaque, nowMs }, { input, caller }) {
    const login = rooms.pendingLogins.take(input.loginId, nowMs());
    const isProved = login !== undefined && opaque.finishLogin(login.state, input.finishLoginRequest);
    // The library proves no login against its fake records.
    if (!isProved || login.registrationRecord === null || login.account !== caller.account)
      return refused("wrongCredentials");
    const { code, account, registrationRecord } = login;
    const opened = await executor.execute({
      type: "openRoom",
      session: caller.key,
      code,
      registrationRecord,
    });
    if (!opened.ok) return opened;
    giveGuessBack(rooms, code, account, nowMs());
    const { group, sealedSecret } = opened.value;
    return accepted({ group, sealedSecret: toBase64Url(sealedSecret) });
  },

  async groupInfo({ executor }, { input, params, caller }) {
    const group = groupOf(params);
    if (!group.ok) return group;
    const found = await executor.execute({
      type: "groupInfo",
      session: caller.key,
      group: group.value,
      door: bytesOf(input.door),
    });
    if (!found.ok) return found;
    return accepted({ index: found.value.index, sealed: toBase64Url(found.value.sealed) });
  },

  async putGroupInfo({ executor }, { input, params, caller }) {
    const group = groupOf(params);
    if (!group.ok) return group;
    return executor.execute({
      type: "putGroupInfo",
      session: caller.key,
      group: group.value,
      index: input.index,
      sealed: bytesOf(input.sealed),
    });
  },
};

/** A blank: a guess at a room's password is none at that of an account which is called as its code. */
function identifierOf(code: string): string {
  return `room ${code}`;
}

/** ROOM-10. */
function takeGuess(rooms: RoomService, code: string, account: string, nowMs: number): boolean {
  return limitsOf(rooms, code, account).every(({ limit, key }) => limit.take(key, nowMs));
}

/** Who knows the password has guessed nothing. */
function giveGuessBack(rooms: RoomService, code: string, account: string, nowMs: number): void {
  for (const { limit, key } of limitsOf(rooms, code, account)) limit.giveBack(key, nowMs);
}

/** The narrowest first: whoever has used up their own takes nothing from others. */
function limitsOf(
  rooms: RoomService,
  code: string,
  account: string,
): readonly { readonly limit: RateLimiter; readonly key: string }[] {
  return [
    { limit: rooms.guessesByAccount, key: account },
    { limit: rooms.guessesByAccountInDay, key: `${account} ${code}` },
    { limit: rooms.guessesInHour, key: code },
    { limit: rooms.guessesInDay, key: code },
  ];
}

function groupOf(params: Readonly<Record<string, string>>): Result<GroupId> {
  const group = parseId<GroupId>(params["group"] ?? "");
  return group === undefined
    ? refused("badRequest", { detail: "a group id has 32 hexadecimal characters" })
    : accepted(group);
}
