/** Rooms as applications see them: invitations with links, and the engine's commands. */
import type { ConversationId } from "@sotto/protocol";
import { fromBase64Url, toBase64Url } from "@sotto/protocol";
import type { Conversation, Invitation, RoomEntry, Sotto } from "../api.ts";
import type { Invitation as StoredInvitation } from "../engine/records/room.ts";
import { roomCodeOf } from "../engine/room/code.ts";
import { roomOf, validInvitation } from "../engine/room/room.ts";
import type { Device } from "./device.ts";
import { sottoError } from "./messages.ts";
import { originOf } from "./session.ts";

const LINK_SECRET_BYTES = 32;

export function openRooms(
  device: Device,
  viewOf: (id: ConversationId) => Conversation | undefined,
): Sotto["rooms"] {
  const invitation = (id: ConversationId): Invitation | undefined => {
    const { state } = device.session.engine;
    const record = state.conversations.get(id);
    const room = record && record.state === "active" ? roomOf(state, record) : undefined;
    const stored = room && validInvitation(room);
    return stored ? invitationView(originOf(device.identity.server), stored) : undefined;
  };
  const known = <T>(value: T | undefined): T => {
    if (value === undefined) throw sottoError("unknownConversation");
    return value;
  };
  const viewIn = (id: ConversationId | undefined): Conversation => known(id && viewOf(id));
  return {
    async create({ name, password, linkRequired = true, id }) {
      const done = await device.command({
        kind: "createRoom",
        name,
        linkRequired,
        ...(password !== undefined && { password }),
        ...(id !== undefined && { id }),
      });
      const conversation = viewIn(done.conversation);
      return { conversation, invitation: known(invitation(conversation.id)) };
    },
    async join(entry) {
      const { code, linkSecret } = placeOf(entry, originOf(device.identity.server));
      const { password } = entry;
      const done = await device.command({ kind: "joinRoom", code, password, linkSecret });
      return viewIn(done.conversation);
    },
    invitation: async (id) => invitation(id) ?? null,
    async renewInvitation(id, { password, linkRequired } = {}) {
      await device.command({
        kind: "renewInvitation",
        conversation: id,
        ...(password !== undefined && { password }),
        ...(linkRequired !== undefined && { linkRequired }),
      });
      return known(invitation(id));
    },
  };
}

/** @param origin of the account's server */
export function invitationView(origin: string, { code, password, linkSecret }: StoredInvitation): Invitation {
  // All of it in the fragment, which no server sees.
  const secret = linkSecret === null ? "" : `/${toBase64Url(linkSecret)}`;
  return { code, password, link: `${origin}/#/room/${code}${secret}`, linkRequired: linkSecret !== null };
}

/** What an application was given. Throws `badRoomLink`. */
export function placeOf(
  entry: RoomEntry,
  origin: string,
): { readonly code: string; readonly linkSecret: Uint8Array | null } {
  if ("code" in entry) return { code: entry.code, linkSecret: null };
  const url = URL.canParse(entry.link.trim()) ? new URL(entry.link.trim()) : undefined;
  const [, typed = "", secret] = /^#\/room\/([^/]+)(?:\/([^/]+))?$/.exec(url?.hash ?? "") ?? [];
  const code = roomCodeOf(typed);
  if (url?.origin !== origin || code === undefined) throw sottoError("badRoomLink");
  if (secret === undefined) return { code, linkSecret: null };
  const linkSecret = fromBase64Url(secret);
  if (linkSecret?.length !== LINK_SECRET_BYTES) throw sottoError("badRoomLink");
  return { code, linkSecret };
}
