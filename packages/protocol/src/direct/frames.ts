/**
 * Frames on the data channel "sotto" between two devices (DIR-5): deterministic CBOR arrays. The channel is ordered and reliable, and
 * authenticated by the DTLS fingerprints that travelled inside MLS; what it carries is the ciphertext that the relay would carry.
 */
import type { GroupId } from "../ids.ts";
import { idBytes, idOf } from "../ids.ts";
import { decodeCbor, encodeCbor } from "../cbor.ts";
import { ID_BYTES, MAX_FRAME_BYTES } from "../limits.ts";
import { bytesOf, bytesUpTo, tuple, uint } from "../schema.ts";

/** An MLS application message, as a post carries it. */
export interface DirectMessageFrame {
  readonly type: "message";
  readonly group: GroupId;
  /** Handshake index of its epoch. */
  readonly index: number;
  readonly ciphertext: Uint8Array;
}

/** So many message frames of this channel, counted from its opening, are stored: the sender may send as many more. */
export interface DirectTakenFrame {
  readonly type: "taken";
  readonly count: number;
}

export type DirectFrame =
  | DirectMessageFrame
  | DirectTakenFrame
  /** Answered by `pong`. */
  | { readonly type: "ping" | "pong" };

const TYPE = { message: 1, taken: 2, ping: 3, pong: 4 } as const;

const messageShape = tuple(uint(TYPE.message), bytesOf(ID_BYTES), uint(), bytesUpTo(MAX_FRAME_BYTES));
const takenShape = tuple(uint(TYPE.taken), uint());
const bareShape = tuple(uint(TYPE.pong));

export function encodeDirectFrame(frame: DirectFrame): Uint8Array {
  switch (frame.type) {
    case "message":
      return encodeCbor([TYPE.message, idBytes(frame.group), frame.index, frame.ciphertext]);
    case "taken":
      return encodeCbor([TYPE.taken, frame.count]);
    case "ping":
    case "pong":
      return encodeCbor([TYPE[frame.type]]);
  }
}

/** The frame, or `undefined` if the bytes are none: the device then closes the channel. */
export function decodeDirectFrame(bytes: Uint8Array): DirectFrame | undefined {
  const value = bytes.length > MAX_FRAME_BYTES ? undefined : decodeCbor(bytes);
  if (value === undefined || !Array.isArray(value)) return undefined;
  switch (value[0]) {
    case TYPE.message: {
      const fields = messageShape(value);
      return (
        fields && {
          type: "message",
          group: idOf<GroupId>(fields[1]),
          index: fields[2],
          ciphertext: fields[3],
        }
      );
    }
    case TYPE.taken: {
      const fields = takenShape(value);
      return fields && { type: "taken", count: fields[1] };
    }
    case TYPE.ping:
      return bareShape(value) && { type: "ping" };
    case TYPE.pong:
      return bareShape(value) && { type: "pong" };
    default:
      return undefined;
  }
}
