/** Frames from the server to a device: replies echo the request id, pushes carry 0. */
import type { ErrorCode, Refusal } from "../errors.ts";
import { isErrorCode } from "../errors.ts";
import type { AccountId, ConversationId, DeviceId, GroupId, MailboxId, StoreId } from "../ids.ts";
import { idBytes, idOf } from "../ids.ts";
import { HASH_BYTES, ID_BYTES, MAX_FRAME_BYTES, MAX_HTTP_FRAME_BYTES } from "../limits.ts";
import { bool, bytesOf, bytesUpTo, codecOf, nullable, textUpTo, tuple, uint } from "../schema.ts";
import type { GroupKind } from "./clientFrames.ts";
import { GROUP_KIND, groupKindOf } from "./clientFrames.ts";
import type { HeaderUse } from "./header.ts";
import { fitsUse, joinFrame, splitFrame } from "./header.ts";

export const SERVER_FRAME = {
  ready: 0x81,
  ok: 0x82,
  refused: 0x83,
  pong: 0x84,
  message: 0x85,
  handshake: 0x86,
  welcome: 0x87,
  departed: 0x88,
  presence: 0x89,
  accountChanged: 0x8a,
  missed: 0x8b,
} as const;

const USE: Readonly<Record<number, HeaderUse>> = {
  [SERVER_FRAME.ready]: { requestId: true, number: true },
  [SERVER_FRAME.ok]: { requestId: true, number: true },
  [SERVER_FRAME.refused]: { requestId: true },
  [SERVER_FRAME.pong]: { requestId: true },
  [SERVER_FRAME.message]: { route: true, number: true },
  [SERVER_FRAME.handshake]: { route: true, number: true },
  [SERVER_FRAME.welcome]: { route: true, number: true },
  [SERVER_FRAME.departed]: { route: true, number: true },
  [SERVER_FRAME.presence]: { route: true },
  [SERVER_FRAME.accountChanged]: { route: true, number: true },
  [SERVER_FRAME.missed]: { route: true, number: true },
};

/** Answer to hello; mailbox entries after the device's last ack follow in order. */
export interface ReadyFrame {
  readonly type: "ready";
  readonly requestId: number;
  /** The highest sequence that waits in the mailbox now; 0: none does. */
  readonly highSequence: number;
  readonly version: number;
  readonly store: StoreId;
  readonly account: AccountId;
  readonly device: DeviceId;
  /** The highest store counter that this device has shown before. */
  readonly storeCounter: number;
  readonly heartbeatMs: number;
  /** Single-use key packages left; the device refills below the low-water mark. */
  readonly keyPackages: number;
  /** The server's clock, milliseconds since 1970: two devices of one server agree on it whatever their own clocks say. */
  readonly clockMs: number;
}

/** The request is committed to disk. `number` is the handshake index of a handshake, else 0. */
export interface OkFrame {
  readonly type: "ok";
  readonly requestId: number;
  readonly number: number;
}

/** The request is refused and changed nothing. */
export interface RefusedFrame extends Refusal {
  readonly type: "refused";
  readonly requestId: number;
}

export interface PongFrame {
  readonly type: "pong";
  readonly requestId: number;
}

/** Bytes in the frame, or where to fetch them when they exceed 32 KiB: `GET /v1/bodies/{hash}`. */
export type Payload =
  | { readonly inline: Uint8Array }
  | { readonly hash: Uint8Array; readonly sizeBytes: number };

/** Mailbox entry: an application message of epoch `index`. */
export interface MessageEntry {
  readonly type: "message";
  readonly sequence: number;
  readonly group: GroupId;
  readonly index: number;
  readonly ciphertext: Uint8Array;
}

/** Mailbox entry: handshake `index` of the group; every member gets it, its sender too. */
export interface HandshakeEntry {
  readonly type: "handshake";
  readonly sequence: number;
  readonly group: GroupId;
  readonly index: number;
  readonly handshake: Payload;
}

/** Mailbox entry: the device was added by handshake `index`. */
export interface WelcomeEntry {
  readonly type: "welcome";
  readonly sequence: number;
  readonly group: GroupId;
  readonly index: number;
  readonly conversation: ConversationId;
  readonly kind: GroupKind;
  readonly predecessor: GroupId | null;
  /** SHA-256 of the handshake that added the device; with the predecessor hash inside the group info it continues the chain. */
  readonly handshakeHash: Uint8Array;
  readonly welcome: Payload;
}

/** Mailbox entry: a mailbox left the delivery list other than by a handshake. */
export interface DepartedEntry {
  readonly type: "departed";
  readonly sequence: number;
  readonly group: GroupId;
  readonly mailbox: MailboxId;
}

/**
 * Mailbox entry: from here on entries of the group were left out, because the mailbox was full (RLY-26). Whether the mailbox is still on the
 * delivery list the device asks: `GET /v1/groups/{group}/mailboxes`.
 */
export interface MissedEntry {
  readonly type: "missed";
  readonly sequence: number;
  readonly group: GroupId;
}

export type MailboxEntry = MessageEntry | HandshakeEntry | WelcomeEntry | DepartedEntry | MissedEntry;

/** Push: the other side of an accepted pair came or went. Not stored. */
export interface PresenceFrame {
  readonly type: "presence";
  readonly group: GroupId;
  readonly online: boolean;
}

/** Push: a contact's device list has reached `version`. */
export interface AccountChangedFrame {
  readonly type: "accountChanged";
  readonly account: AccountId;
  readonly version: number;
}

export type ServerFrame =
  | ReadyFrame
  | OkFrame
  | RefusedFrame
  | PongFrame
  | MailboxEntry
  | PresenceFrame
  | AccountChangedFrame;

const payload = [nullable(bytesUpTo(MAX_HTTP_FRAME_BYTES)), nullable(bytesOf(HASH_BYTES)), uint()] as const;
const readyBody = codecOf(
  tuple(uint(255), bytesOf(ID_BYTES), bytesOf(ID_BYTES), bytesOf(ID_BYTES), uint(), uint(), uint(), uint()),
);
const refusedBody = codecOf(tuple(textUpTo(40), nullable(textUpTo(200)), nullable(uint())));
const messageBody = codecOf(tuple(uint(), bytesUpTo(MAX_FRAME_BYTES)));
const handshakeBody = codecOf(tuple(uint(), ...payload));
const welcomeBody = codecOf(
  tuple(uint(), bytesOf(ID_BYTES), uint(255), nullable(bytesOf(ID_BYTES)), bytesOf(HASH_BYTES), ...payload),
);
const departedBody = codecOf(tuple(bytesOf(ID_BYTES)));
const presenceBody = codecOf(tuple(bool));
const emptyBody = codecOf(tuple());

const NO_ROUTE = new Uint8Array(ID_BYTES);
const NO_BODY = emptyBody.encode([]);

/** The bytes of a frame. In mailbox entries `number` of the header is the sequence, `route` the group. */
export function encodeServerFrame(frame: ServerFrame): Uint8Array {
  const header = { type: SERVER_FRAME[frame.type], flags: 0, requestId: 0, route: NO_ROUTE, number: 0 };
  switch (frame.type) {
    case "ready":
      return joinFrame(
        { ...header, requestId: frame.requestId, number: frame.highSequence },
        readyBody.encode([
          frame.version,
          idBytes(frame.store),
          idBytes(frame.account),
          idBytes(frame.device),
          frame.storeCounter,
          frame.heartbeatMs,
          frame.keyPackages,
          frame.clockMs,
        ]),
      );
    case "ok":
      return joinFrame({ ...header, requestId: frame.requestId, number: frame.number }, NO_BODY);
    case "refused":
      return joinFrame(
        { ...header, requestId: frame.requestId },
        refusedBody.encode([frame.code, frame.detail?.slice(0, 200) ?? null, frame.index ?? null]),
      );
    case "pong":
      return joinFrame({ ...header, requestId: frame.requestId }, NO_BODY);
    case "message":
      return joinFrame(entryHeader(header, frame), messageBody.encode([frame.index, frame.ciphertext]));
    case "handshake":
      return joinFrame(
        entryHeader(header, frame),
        handshakeBody.encode([frame.index, ...payloadFields(frame.handshake)]),
      );
    case "welcome":
      return joinFrame(
        entryHeader(header, frame),
        welcomeBody.encode([
          frame.index,
          idBytes(frame.conversation),
          GROUP_KIND[frame.kind],
          frame.predecessor && idBytes(frame.predecessor),
          frame.handshakeHash,
          ...payloadFields(frame.welcome),
        ]),
      );
    case "departed":
      return joinFrame(entryHeader(header, frame), departedBody.encode([idBytes(frame.mailbox)]));
    case "missed":
      return joinFrame(entryHeader(header, frame), NO_BODY);
    case "presence":
      return joinFrame({ ...header, route: idBytes(frame.group) }, presenceBody.encode([frame.online]));
    case "accountChanged":
      return joinFrame({ ...header, route: idBytes(frame.account), number: frame.version }, NO_BODY);
  }
}

/** The frame, or `undefined` if the bytes are none: the client then closes the connection and says so. */
export function decodeServerFrame(bytes: Uint8Array): ServerFrame | undefined {
  const split = splitFrame(bytes);
  if (split === undefined || !fitsUse(split.header, USE[split.header.type])) return undefined;
  const { header, body } = split;
  const { requestId } = header;
  const entry = { sequence: header.number, group: idOf<GroupId>(header.route) };
  switch (header.type) {
    case SERVER_FRAME.ready: {
      const fields = readyBody.decode(body);
      if (fields === undefined) return undefined;
      const [version, store, account, device, storeCounter, heartbeatMs, keyPackages, clockMs] = fields;
      return {
        type: "ready",
        requestId,
        highSequence: header.number,
        version,
        store: idOf(store),
        account: idOf(account),
        device: idOf(device),
        storeCounter,
        heartbeatMs,
        keyPackages,
        clockMs,
      };
    }
    case SERVER_FRAME.ok:
      return emptyBody.decode(body) && { type: "ok", requestId, number: header.number };
    case SERVER_FRAME.refused: {
      const fields = refusedBody.decode(body);
      return fields && refusedOf(requestId, fields[0], fields[1], fields[2]);
    }
    case SERVER_FRAME.pong:
      return emptyBody.decode(body) && { type: "pong", requestId };
    case SERVER_FRAME.message: {
      const fields = messageBody.decode(body);
      return fields && { type: "message", ...entry, index: fields[0], ciphertext: fields[1] };
    }
    case SERVER_FRAME.handshake: {
      const fields = handshakeBody.decode(body);
      const handshake = fields && payloadOf(fields[1], fields[2], fields[3]);
      return handshake && { type: "handshake", ...entry, index: fields[0], handshake };
    }
    case SERVER_FRAME.welcome: {
      const fields = welcomeBody.decode(body);
      if (fields === undefined) return undefined;
      const [index, conversation, kindNumber, predecessor, handshakeHash, inline, hash, sizeBytes] = fields;
      const kind = groupKindOf(kindNumber);
      const welcome = payloadOf(inline, hash, sizeBytes);
      if (kind === undefined || welcome === undefined) return undefined;
      return {
        type: "welcome",
        ...entry,
        index,
        conversation: idOf(conversation),
        kind,
        predecessor: predecessor && idOf(predecessor),
        handshakeHash,
        welcome,
      };
    }
    case SERVER_FRAME.departed: {
      const fields = departedBody.decode(body);
      return fields && { type: "departed", ...entry, mailbox: idOf(fields[0]) };
    }
    case SERVER_FRAME.missed:
      return emptyBody.decode(body) && { type: "missed", ...entry };
    case SERVER_FRAME.presence: {
      const fields = presenceBody.decode(body);
      return fields && { type: "presence", group: entry.group, online: fields[0] };
    }
    case SERVER_FRAME.accountChanged:
      return (
        emptyBody.decode(body) && {
          type: "accountChanged",
          account: idOf(header.route),
          version: header.number,
        }
      );
    default:
      return undefined;
  }
}

function entryHeader<H>(
  header: H,
  entry: { sequence: number; group: GroupId },
): H & { route: Uint8Array; number: number } {
  return { ...header, route: idBytes(entry.group), number: entry.sequence };
}

function payloadFields(payload: Payload): [Uint8Array | null, Uint8Array | null, number] {
  return "inline" in payload
    ? [payload.inline, null, payload.inline.length]
    : [null, payload.hash, payload.sizeBytes];
}

function payloadOf(
  inline: Uint8Array | null,
  hash: Uint8Array | null,
  sizeBytes: number,
): Payload | undefined {
  if (inline !== null) return hash === null && inline.length === sizeBytes ? { inline } : undefined;
  return hash === null ? undefined : { hash, sizeBytes };
}

function refusedOf(
  requestId: number,
  code: string,
  detail: string | null,
  index: number | null,
): RefusedFrame {
  // A newer server may know codes that this build does not: treat them as a passing failure.
  const known: ErrorCode = isErrorCode(code) ? code : "internal";
  return {
    type: "refused",
    requestId,
    code: known,
    ...(detail !== null && { detail }),
    ...(index !== null && { index }),
  };
}
