/**
 * Frames from a device to the server. Each names what `route` and `number` of the header mean and the tuple of its body.
 * The same bytes may be sent over the socket (up to 64 KiB) or by `POST /v1/frames` (up to 2 MiB; not hello, ack, ping and presence).
 */
import type { ConversationId, GroupId, MailboxId } from "../ids.ts";
import { idBytes, idOf } from "../ids.ts";
import {
  HASH_BYTES,
  ID_BYTES,
  MAX_FRAME_BYTES,
  MAX_GROUP_DEVICES,
  MAX_HTTP_FRAME_BYTES,
  TOKEN_BYTES,
} from "../limits.ts";
import { arrayOf, bool, bytesOf, bytesUpTo, codecOf, nullable, textUpTo, tuple, uint } from "../schema.ts";
import type { HeaderUse } from "./header.ts";
import { FLAG_RESUME, fitsUse, joinFrame, splitFrame } from "./header.ts";

export const CLIENT_FRAME = {
  hello: 0x01,
  post: 0x02,
  handshake: 0x03,
  createGroup: 0x04,
  ack: 0x05,
  leave: 0x06,
  ping: 0x07,
  presence: 0x08,
} as const;

const USE: Readonly<Record<number, HeaderUse>> = {
  [CLIENT_FRAME.hello]: { requestId: true },
  [CLIENT_FRAME.post]: { requestId: true, flags: true, route: true, number: true },
  [CLIENT_FRAME.handshake]: { requestId: true, route: true, number: true },
  [CLIENT_FRAME.createGroup]: { requestId: true, route: true, number: true },
  [CLIENT_FRAME.ack]: { requestId: true, number: true },
  [CLIENT_FRAME.leave]: { requestId: true, route: true },
  [CLIENT_FRAME.ping]: { requestId: true },
  [CLIENT_FRAME.presence]: { requestId: true },
};

/** The wire number of each kind of group. */
export const GROUP_KIND = { pair: 1, group: 2, room: 3 } as const;
export type GroupKind = keyof typeof GROUP_KIND;

/** First frame of a connection. */
export interface HelloFrame {
  readonly type: "hello";
  readonly requestId: number;
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly token: Uint8Array;
  /** Count of this device's storage transactions (RLY-20): a lower one than the server remembers means a rolled-back store. */
  readonly storeCounter: number;
  /** Program and version, for the list of sessions. */
  readonly client: string;
  /** The device wishes not to be seen online (RLY-22). */
  readonly hidden: boolean;
}

/** An application message for every other mailbox of the group. `index` names the handshake that made the epoch it is encrypted in. */
export interface PostFrame {
  readonly type: "post";
  readonly requestId: number;
  readonly resume: boolean;
  readonly group: GroupId;
  readonly index: number;
  readonly ciphertext: Uint8Array;
  readonly storeCounter: number;
}

/** What goes with a commit. */
export interface HandshakeParts {
  /** The MLS message: commit or standalone proposal. */
  readonly handshake: Uint8Array;
  readonly welcome: Uint8Array | null;
  /** Mailboxes that receive the Welcome. */
  readonly welcomeTo: readonly MailboxId[];
  /** Change of the delivery list; a welcomed mailbox is among the added. */
  readonly added: readonly MailboxId[];
  readonly removed: readonly MailboxId[];
  /** Group info and tree sealed under the join secret. */
  readonly sealedGroupInfo: Uint8Array | null;
  /** Hash of the key that opens the door for external joiners. */
  readonly doorHash: Uint8Array | null;
  /** Its preimage, from an external joiner. */
  readonly door: Uint8Array | null;
  readonly storeCounter: number;
}

/** Claims handshake `index` of the group: the next one, or the frame is refused with `staleEpoch`. */
export interface HandshakeFrame extends HandshakeParts {
  readonly type: "handshake";
  readonly requestId: number;
  readonly group: GroupId;
  readonly index: number;
}

/** Opens a group with handshake 1; the creator's mailbox is on the list without being named. */
export interface CreateGroupFrame extends HandshakeParts {
  readonly type: "createGroup";
  readonly requestId: number;
  readonly group: GroupId;
  readonly conversation: ConversationId;
  readonly kind: GroupKind;
  /** The group of the same conversation that this one follows. */
  readonly predecessor: GroupId | null;
  /** One application message delivered right after the Welcome: the text of a contact request. */
  readonly firstMessage: Uint8Array | null;
}

/** All mailbox entries up to `sequence` are stored on the device; the server forgets them. Has no reply. */
export interface AckFrame {
  readonly type: "ack";
  readonly requestId: number;
  readonly sequence: number;
  readonly storeCounter: number;
}

/** Takes the device's own mailbox off the group's delivery list. */
export interface LeaveFrame {
  readonly type: "leave";
  readonly requestId: number;
  readonly group: GroupId;
}

/** Heartbeat; answered by a pong. */
export interface PingFrame {
  readonly type: "ping";
  readonly requestId: number;
}

/** The device's wish not to be seen online has changed (RLY-22). Has no reply. */
export interface HideFrame {
  readonly type: "presence";
  readonly requestId: number;
  readonly hidden: boolean;
}

export type ClientFrame =
  | HelloFrame
  | PostFrame
  | HandshakeFrame
  | CreateGroupFrame
  | AckFrame
  | LeaveFrame
  | PingFrame
  | HideFrame;

const mailboxes = arrayOf(bytesOf(ID_BYTES), MAX_GROUP_DEVICES);
const large = bytesUpTo(MAX_HTTP_FRAME_BYTES);
const parts = [
  large,
  nullable(large),
  mailboxes,
  mailboxes,
  mailboxes,
  nullable(large),
  nullable(bytesOf(HASH_BYTES)),
  nullable(bytesOf(HASH_BYTES)),
  uint(),
] as const;

const helloBody = codecOf(tuple(uint(255), uint(255), bytesOf(TOKEN_BYTES), uint(), textUpTo(64), bool));
const postBody = codecOf(tuple(bytesUpTo(MAX_FRAME_BYTES), uint()));
const handshakeBody = codecOf(tuple(...parts));
const createGroupBody = codecOf(
  tuple(
    bytesOf(ID_BYTES),
    uint(255),
    nullable(bytesOf(ID_BYTES)),
    nullable(bytesUpTo(MAX_FRAME_BYTES)),
    ...parts,
  ),
);
const ackBody = codecOf(tuple(uint()));
const presenceBody = codecOf(tuple(bool));
const emptyBody = codecOf(tuple());

const NO_ROUTE = new Uint8Array(ID_BYTES);

/** The bytes of a frame. Throws `RangeError` when a field exceeds its limit: check before. */
export function encodeClientFrame(frame: ClientFrame): Uint8Array {
  const header = {
    type: CLIENT_FRAME[frame.type],
    flags: 0,
    requestId: frame.requestId,
    route: NO_ROUTE,
    number: 0,
  };
  switch (frame.type) {
    case "hello":
      return joinFrame(
        header,
        helloBody.encode([
          frame.minVersion,
          frame.maxVersion,
          frame.token,
          frame.storeCounter,
          frame.client,
          frame.hidden,
        ]),
      );
    case "post":
      return joinFrame(
        {
          ...header,
          flags: frame.resume ? FLAG_RESUME : 0,
          route: idBytes(frame.group),
          number: frame.index,
        },
        postBody.encode([frame.ciphertext, frame.storeCounter]),
      );
    case "handshake":
      return joinFrame(
        { ...header, route: idBytes(frame.group), number: frame.index },
        handshakeBody.encode(partsOf(frame)),
      );
    case "createGroup":
      return joinFrame(
        { ...header, route: idBytes(frame.group), number: 1 },
        createGroupBody.encode([
          idBytes(frame.conversation),
          GROUP_KIND[frame.kind],
          frame.predecessor && idBytes(frame.predecessor),
          frame.firstMessage,
          ...partsOf(frame),
        ]),
      );
    case "ack":
      return joinFrame({ ...header, number: frame.sequence }, ackBody.encode([frame.storeCounter]));
    case "leave":
      return joinFrame({ ...header, route: idBytes(frame.group) }, emptyBody.encode([]));
    case "ping":
      return joinFrame(header, emptyBody.encode([]));
    case "presence":
      return joinFrame(header, presenceBody.encode([frame.hidden]));
  }
}

/** The frame, or `undefined` if the bytes are none: the connection is then closed with `badFrame`. The ciphertext of a post is a view of `bytes`. */
export function decodeClientFrame(bytes: Uint8Array): ClientFrame | undefined {
  const split = splitFrame(bytes);
  if (split === undefined) return undefined;
  const { header, body } = split;
  const { requestId } = header;
  if (!fitsUse(header, USE[header.type])) return undefined;
  switch (header.type) {
    case CLIENT_FRAME.hello: {
      const fields = helloBody.decode(body);
      if (fields === undefined) return undefined;
      const [minVersion, maxVersion, token, storeCounter, client, hidden] = fields;
      return { type: "hello", requestId, minVersion, maxVersion, token, storeCounter, client, hidden };
    }
    case CLIENT_FRAME.post: {
      const fields = postBody.view(body);
      if (fields === undefined) return undefined;
      const [ciphertext, storeCounter] = fields;
      const resume = (header.flags & FLAG_RESUME) !== 0;
      return {
        type: "post",
        requestId,
        resume,
        group: idOf(header.route),
        index: header.number,
        ciphertext,
        storeCounter,
      };
    }
    case CLIENT_FRAME.handshake: {
      const fields = handshakeBody.decode(body);
      return (
        fields && {
          type: "handshake",
          requestId,
          group: idOf(header.route),
          index: header.number,
          ...namedParts(fields),
        }
      );
    }
    case CLIENT_FRAME.createGroup: {
      const fields = header.number === 1 ? createGroupBody.decode(body) : undefined;
      return fields && createGroupOf(requestId, header.route, fields);
    }
    case CLIENT_FRAME.ack: {
      const fields = ackBody.decode(body);
      return fields && { type: "ack", requestId, sequence: header.number, storeCounter: fields[0] };
    }
    case CLIENT_FRAME.leave:
      return emptyBody.decode(body) && { type: "leave", requestId, group: idOf(header.route) };
    case CLIENT_FRAME.ping:
      return emptyBody.decode(body) && { type: "ping", requestId };
    case CLIENT_FRAME.presence: {
      const fields = presenceBody.decode(body);
      return fields && { type: "presence", requestId, hidden: fields[0] };
    }
    default:
      return undefined;
  }
}

type PartsTuple = Parameters<typeof handshakeBody.encode>[0];

function createGroupOf(
  requestId: number,
  route: Uint8Array,
  fields: Parameters<typeof createGroupBody.encode>[0],
): CreateGroupFrame | undefined {
  const [conversation, kindNumber, predecessor, firstMessage, ...rest] = fields;
  const kind = groupKindOf(kindNumber);
  if (kind === undefined) return undefined;
  return {
    type: "createGroup",
    requestId,
    group: idOf(route),
    conversation: idOf(conversation),
    kind,
    predecessor: predecessor && idOf(predecessor),
    firstMessage,
    ...namedParts(rest),
  };
}

/** The kind of a wire number. */
export function groupKindOf(number: number): GroupKind | undefined {
  return (Object.keys(GROUP_KIND) as GroupKind[]).find((kind) => GROUP_KIND[kind] === number);
}

function partsOf(parts: HandshakeParts): PartsTuple {
  return [
    parts.handshake,
    parts.welcome,
    parts.welcomeTo.map(idBytes),
    parts.added.map(idBytes),
    parts.removed.map(idBytes),
    parts.sealedGroupInfo,
    parts.doorHash,
    parts.door,
    parts.storeCounter,
  ];
}

function namedParts(fields: PartsTuple): HandshakeParts {
  const [handshake, welcome, welcomeTo, added, removed, sealedGroupInfo, doorHash, door, storeCounter] =
    fields;
  const ids = (list: readonly Uint8Array[]): MailboxId[] => list.map((bytes) => idOf<MailboxId>(bytes));
  return {
    handshake,
    welcome,
    welcomeTo: ids(welcomeTo),
    added: ids(added),
    removed: ids(removed),
    sealedGroupInfo,
    doorHash,
    door,
    storeCounter,
  };
}
