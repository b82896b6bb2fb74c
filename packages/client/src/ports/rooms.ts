/**
 * What the engine asks of the server about rooms with a password (ROOM-1). The two steps of OPAQUE belong to the adapter: they need its library and a
 * fifth of a second of work, and the password is stretched nowhere else.
 */
import type { GroupId } from "@sotto/protocol";

export type RoomRequest =
  /** Begins a new password for a code (ROOM-3): answered by `roomRegistration`. Refused: slowDown. */
  | { readonly kind: "registerRoom"; readonly code: string; readonly password: string }
  /**
   * Code and password of a room, in the place of those before (ROOM-4); answered by `stored`, the same again too. Refused: notMember, staleEpoch with the handshake at which
   * the door was set last, conflict (the code is or was another's or an earlier one: draw another), badRequest, slowDown.
   */
  | {
      readonly kind: "putRoom";
      readonly group: GroupId;
      readonly code: string;
      readonly registrationRecord: string;
      readonly sealedSecret: Uint8Array;
      readonly k: number;
    }
  /** Proves the password (ROOM-5): answered by `room`. Refused: wrongCredentials (an unknown code alike), slowDown. */
  | { readonly kind: "openRoom"; readonly code: string; readonly password: string }
  /** Answered by `groupInfo` (ROOM-7). Refused: forbidden (the door is another's, or there is nothing), slowDown. */
  | { readonly kind: "groupInfo"; readonly group: GroupId; readonly door: Uint8Array }
  /** Puts the room's group info right (ROOM-8); answered by `stored`. Refused: notMember, staleEpoch, conflict (somebody has put it right, or it is the own account's), slowDown. */
  | {
      readonly kind: "putGroupInfo";
      readonly group: GroupId;
      readonly index: number;
      readonly sealed: Uint8Array;
    };

export type RoomAnswer =
  /** The export key, 64 bytes, is secret: the server never has it. */
  | {
      readonly kind: "roomRegistration";
      readonly registrationRecord: string;
      readonly exportKey: Uint8Array;
    }
  | {
      readonly kind: "room";
      readonly group: GroupId;
      readonly sealedSecret: Uint8Array;
      readonly exportKey: Uint8Array;
    }
  /** As of handshake `index`, which the sealed bytes name too. */
  | { readonly kind: "groupInfo"; readonly index: number; readonly sealed: Uint8Array };
