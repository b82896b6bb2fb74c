/** What the server is given with a handshake of this device (RLY-5, RLY-6). */
import type { GroupId, HandshakeParts, MailboxId } from "@sotto/protocol";
import { encodeClientFrame } from "@sotto/protocol";
import type { Core } from "./core.ts";
import { nextRequestId } from "./posts.ts";

export interface OwnHandshake {
  readonly handshake: Uint8Array;
  /** For all that are added. */
  readonly welcome?: Uint8Array | null;
  /** Mailboxes that come onto the delivery list. */
  readonly added?: readonly MailboxId[];
  readonly removed?: readonly MailboxId[];
  /** Of a room: its group info behind the handshake. */
  readonly sealedGroupInfo?: Uint8Array | null;
  /** SHA-256 of the new door, if the join secret changes. */
  readonly doorHash?: Uint8Array | null;
  /** What an outsider shows to be let in. */
  readonly door?: Uint8Array;
}

export function handshakeParts(
  { state }: Core,
  {
    handshake,
    welcome = null,
    added = [],
    removed = [],
    sealedGroupInfo = null,
    doorHash = null,
    door,
  }: OwnHandshake,
): HandshakeParts {
  return {
    handshake,
    welcome,
    welcomeTo: welcome === null ? [] : added,
    added,
    removed,
    sealedGroupInfo,
    doorHash,
    door: door ?? null,
    storeCounter: state.position.storeCounter,
  };
}

/** The frame that claims `index` in the group's order. */
export function handshakeFrame(core: Core, group: GroupId, index: number, own: OwnHandshake): Uint8Array {
  return encodeClientFrame({
    type: "handshake",
    requestId: nextRequestId(core),
    group,
    index,
    ...handshakeParts(core, own),
  });
}
