/** What the engine asks of the server besides the socket, and how a platform reaches one. */
import type { AccountId, DeviceId, GroupId, MailboxId, Refusal } from "@sotto/protocol";
import type { IceServer } from "./direct.ts";
import type { RoomAnswer, RoomRequest } from "./rooms.ts";

/** A request of the engine with one answer. Adapters carry it by HTTP, the simulation by call. */
export type ServerRequest =
  | { readonly kind: "accountByName"; readonly userName: string }
  | { readonly kind: "accountById"; readonly account: AccountId }
  | { readonly kind: "claimKeyPackages"; readonly account: AccountId }
  | {
      readonly kind: "putKeyPackages";
      readonly packages: readonly Uint8Array[];
      readonly lastResort: Uint8Array | null;
    }
  /** A client frame above 64 KiB; the answer is the reply frame. */
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "body"; readonly hash: Uint8Array }
  /** The delivery list of a group that the device's mailbox is on (RLY-25); else `notMember`. */
  | { readonly kind: "mailboxes"; readonly group: GroupId }
  /** Servers that help to find a direct path. */
  | { readonly kind: "iceServers" }
  | RoomRequest;

export type ServerAnswer =
  | { readonly kind: "account"; readonly account: AccountId; readonly deviceList: Uint8Array }
  | {
      readonly kind: "keyPackages";
      readonly packages: readonly { readonly device: DeviceId; readonly keyPackage: Uint8Array }[];
    }
  | { readonly kind: "stored" }
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  /** `index` is that of the last handshake when the list was as it is here. */
  | { readonly kind: "mailboxes"; readonly index: number; readonly mailboxes: readonly MailboxId[] }
  | RoomAnswer
  | { readonly kind: "iceServers"; readonly servers: readonly IceServer[]; readonly ttlSeconds: number }
  | ({ readonly kind: "refused" } & Refusal)
  /** No answer: not connected, timed out, or not a Sotto server. */
  | { readonly kind: "unreachable"; readonly reason: Unreachable };

/** offline: no network or nobody listens · wrongAddress: something else answers · untrusted: its certificate is not trusted · versionTooOld: no version in common. */
export type Unreachable = "offline" | "wrongAddress" | "untrusted" | "versionTooOld" | "timeout";
