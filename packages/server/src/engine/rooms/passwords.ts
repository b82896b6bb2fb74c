/** ROOM-3 to ROOM-5: a room's code, its OPAQUE record, and what the password opens. The password's mathematics happens before, outside of transactions. */
import type {
  Done,
  OpenRoomRequest,
  PutRoomRequest,
  RequestValues,
  RoomRecordRequest,
} from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";
import { roomOfMember } from "./membership.ts";

export function roomRecord(
  tx: StoreTx,
  { session, code }: RoomRecordRequest,
  context: RuleContext,
): Result<RequestValues["roomRecord"]> {
  const authorised = authoriseDevice(tx, session, context);
  if (!authorised.ok) return authorised;
  return accepted({ registrationRecord: tx.roomByCode(code)?.registrationRecord ?? null });
}

/** A login begun with a password that has been replaced or dropped meanwhile opens nothing. */
export function openRoom(
  tx: StoreTx,
  { session, code, registrationRecord }: OpenRoomRequest,
  context: RuleContext,
): Result<RequestValues["openRoom"]> {
  const authorised = authoriseDevice(tx, session, context);
  if (!authorised.ok) return authorised;
  const room = tx.roomByCode(code);
  return room?.registrationRecord === registrationRecord
    ? accepted({ group: room.group, sealedSecret: room.sealedSecret })
    : refused("wrongCredentials");
}

export function putRoom(tx: StoreTx, request: PutRoomRequest, context: RuleContext): Result<Done> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { account, mailbox } = authorised.value;
  const room = roomOfMember(tx, request.group, mailbox);
  if (!room.ok) return room;
  const { group, doorIndex } = room.value;
  // A record that opens a secret which has gone would lead joiners to a door that is shut.
  if (request.k !== doorIndex) return refused("staleEpoch", { index: doorIndex });
  if (!context.limits.roomPasswordsByAccount.take(account, context.nowMs)) return refused("slowDown");
  const { code, registrationRecord, sealedSecret } = request;
  // A code leads to one room for ever: who was put out of it cannot wait for its members at the old one.
  if (tx.roomOf(group)?.code !== code && tx.isUsedRoomCode(code))
    return refused("conflict", { detail: "the code is or was in use" });
  tx.putRoom({ group, code, registrationRecord, sealedSecret });
  return accepted({});
}
