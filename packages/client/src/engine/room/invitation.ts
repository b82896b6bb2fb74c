/** A room's invitation (ROOM-17): made by its owner or an admin, brought to the server, and told to the members inside MLS. */
import type { Member, MlsGroup } from "@sotto/crypto";
import { JOIN_SECRET_BYTES } from "@sotto/crypto";
import type { AccountId, ConversationId, GroupId, InvitationBody } from "@sotto/protocol";
import type { Core, Step } from "../core.ts";
import { TryLater, commit, emit, mlsOrThrow, request } from "../core.ts";
import type { Standing } from "../group/policy.ts";
import { roleOf } from "../group/policy.ts";
import { standingOf } from "../group/standing.ts";
import { canUseRelay } from "../direct/route.ts";
import { post } from "../posts.ts";
import type { ConversationRecord } from "../records/conversation.ts";
import type { Invitation, RoomRecord } from "../records/room.ts";
import { Transaction } from "../transaction.ts";
import { sealUncounted } from "../uncounted.ts";
import { newRoomCode, newRoomPassword } from "./code.ts";
import { validInvitation } from "./room.ts";

/** As much as a content may name: a member who names it gets no other member into trouble. */
const MAX_VERSION = 2 ** 32;

/** What its maker chooses. */
export interface InvitationChoice {
  readonly password?: string | undefined;
  readonly linkRequired?: boolean | undefined;
}

/** The room with a new invitation of this device, which the server and the members have still to be told. Without a choice: the link as before. */
export function withNewInvitation(
  core: Core,
  room: RoomRecord,
  { password, linkRequired }: InvitationChoice = {},
): RoomRecord {
  const before = room.invitation;
  const isLinked = linkRequired ?? (before === null || before.linkSecret !== null);
  const invitation: Invitation = {
    code: newRoomCode(core.random),
    password: password ?? newRoomPassword(core.random),
    linkSecret: isLinked ? core.random(JOIN_SECRET_BYTES) : null,
    k: room.k,
    version: before?.k === room.k ? Math.min(before.version + 1, MAX_VERSION) : 1,
  };
  return { ...room, invitation, isOwn: true, isPublished: false, rotateAtMs: null, shareAtMs: core.now() };
}

/**
 * Brings the device's own invitation to the server. A code that the server has seen in another record is replaced; the join secret may have gone meanwhile,
 * then the handshake that ended it is on its way here.
 */
export function* publish(core: Core, room: RoomRecord): Step<void> {
  const { group, conversation, k, secret } = room;
  const invitation = validInvitation(room);
  if (invitation === null) return;
  const { code, password, linkSecret } = invitation;
  const registered = yield* request({ kind: "registerRoom", code, password });
  if (registered.kind !== "roomRegistration") return;
  const { registrationRecord, exportKey } = registered;
  const sealedSecret = yield* mlsOrThrow({
    op: "sealJoinSecret",
    room: { exportKey, linkSecret, code, group },
    joinSecret: { conversation, k, secret },
  });
  const answer = yield* request({ kind: "putRoom", group, code, registrationRecord, sealedSecret, k });
  const now = core.state.rooms.get(group);
  if (now?.invitation?.code !== code) return;
  if (answer.kind === "stored") yield* commit(core, new Transaction().room({ ...now, isPublished: true }));
  else if (answer.kind === "refused" && answer.code === "conflict") {
    const other = {
      ...invitation,
      code: newRoomCode(core.random),
      version: Math.min(invitation.version + 1, MAX_VERSION),
    };
    yield* commit(core, new Transaction().room({ ...now, invitation: other, shareAtMs: core.now() }));
    emitChanged(core, conversation);
    throw new TryLater();
  }
}

/** Tells the members, if the relay takes it now. Until it has, it is told again. */
export function* share(core: Core, id: ConversationId, room: RoomRecord): Step<void> {
  const conversation = core.state.conversations.get(id);
  const invitation = validInvitation(room);
  if (conversation === undefined || invitation === null || isUnderWay(core, id)) return;
  if (!canUseRelay(core, conversation)) return;
  const [ciphertext] = yield* sealUncounted(core, conversation, [{ kind: "invitation", ...invitation }]);
  const { headIndex: index } = conversation;
  if (!canUseRelay(core, conversation)) return;
  post(core, conversation, index, ciphertext as Uint8Array, {
    kind: "invitation",
    conversation: id,
    index,
    invitation,
  });
}

function isUnderWay({ live }: Core, id: ConversationId): boolean {
  return [...live.inflight.values()].some(
    ({ kind, conversation }) => kind === "invitation" && conversation === id,
  );
}

/** The server has it for the members. */
export function settleShared(core: Core, id: ConversationId, invitation: Invitation): void {
  core.enqueue({
    key: `shared/${id}/${invitation.code}/${invitation.version}`,
    *run() {
      const room = roomIn(core, id);
      if (room?.invitation?.code !== invitation.code || room.shareAtMs === null) return;
      yield* commit(core, new Transaction().room({ ...room, shareAtMs: null }));
    },
  });
}

function roomIn({ state }: Core, id: ConversationId): RoomRecord | undefined {
  const group: GroupId | null | undefined = state.conversations.get(id)?.group;
  return group ? state.rooms.get(group) : undefined;
}

/** An invitation as a member has told it. */
export interface ToldInvitation {
  readonly sender: Member;
  readonly body: InvitationBody;
}

/** Adds to the transaction what members say of the room's invitation. True: another one holds now. */
export function takeInvitations(
  core: Core,
  transaction: Transaction,
  group: MlsGroup,
  told: readonly ToldInvitation[],
): boolean {
  const standing = standingOf(group);
  const before = core.state.rooms.get(group.id);
  if (told.length === 0 || standing === undefined || before === undefined) return false;
  let room = before;
  for (const { sender, body } of told)
    room = roomTold(room, standing, sender.credential.account, body) ?? room;
  if (room === before) return false;
  transaction.room(room);
  return room.invitation?.code !== before.invitation?.code;
}

/**
 * Takes in what a member says the invitation is: the word of owner and admins alone, and of the join secret that is. Of two that were made at once all
 * take the same; who has made that one brings it to the server again, which may have the other. `undefined`: nothing changes.
 */
function roomTold(
  room: RoomRecord,
  standing: Standing,
  from: AccountId,
  { code, password, linkSecret, k, version }: InvitationBody,
): RoomRecord | undefined {
  const told = { code, password, linkSecret, k, version };
  if (told.k !== room.k || roleOf(standing, from) === "member") return undefined;
  const known = validInvitation(room);
  // Somebody has told the members already. Who came in by the password has not known which version it is.
  if (known?.code === told.code) return { ...room, invitation: told, shareAtMs: null };
  if (known !== null && !isNewer(told, known))
    return room.isOwn ? { ...room, isPublished: false, shareAtMs: room.shareAtMs ?? 0 } : undefined;
  return {
    ...room,
    invitation: told,
    isOwn: false,
    isPublished: false,
    shareAtMs: null,
    rotateAtMs: null,
  };
}

/** All members judge alike. */
function isNewer(a: Invitation, b: Invitation): boolean {
  return a.version === b.version ? a.code < b.code : a.version > b.version;
}

export function emitChanged(core: Core, conversation: ConversationRecord["id"]): void {
  emit(core, { type: "conversation", conversation, change: "invitationChanged" });
}
