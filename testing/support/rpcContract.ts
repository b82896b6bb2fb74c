/** The part of the scripting contract (`sotto rpc`) that the tests use, as types. */

export type ContactState = "outgoing" | "incoming" | "accepted" | "blocked";
export type MessageState = "sending" | "sent" | "delivered" | "read" | "failed";

export interface RpcContact {
  readonly username: string;
  readonly displayName: string;
  readonly state: ContactState;
  readonly online: boolean;
}

export interface RpcConversation {
  readonly id: string;
  readonly kind: "pair" | "group" | "room";
  readonly name: string;
  readonly members: readonly string[];
  readonly unread: number;
  readonly path: PathMode;
  readonly link: RpcLink;
}

export type RpcLink =
  | { readonly state: "open"; readonly via: "local" | "nat" | "turn" }
  | { readonly state: "connecting" }
  | { readonly state: "none"; readonly reason: string };

export type PathMode = "auto" | "direct" | "turn" | "relay";

export interface RpcMessage {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly sentAt: string;
  readonly path: "direct" | "relay";
  readonly state: MessageState;
  /** Of a message that offers any. */
  readonly files?: readonly RpcOfferedFile[];
}

export interface RpcOfferedFile {
  readonly name: string;
  readonly bytes: number;
  readonly type: string;
}

/** How far a file has come. */
export interface RpcFile {
  /** Its message's; none while it is being prepared. */
  readonly id?: string;
  readonly transfer: string;
  readonly name: string;
  readonly state:
    | "preparing"
    | "offered"
    | "waiting"
    | "moving"
    | "paused"
    | "done"
    | "failed"
    | "cancelled"
    | "removed";
  readonly reason?: string;
  readonly bytes: number;
  readonly total: number;
  readonly path?: "direct" | "relay";
  readonly bytesPerSecond?: number;
}

/** A message's files, or the one of the number. */
interface OfFiles {
  readonly id: string;
  readonly file?: number;
}

/** What lets others into a room. */
export interface RpcInvitation {
  readonly code: string;
  readonly password: string;
  readonly link: string;
  readonly linkRequired: boolean;
}

interface Username {
  readonly username: string;
}

/** Parameters and result of each method. */
export interface RpcMethods {
  status: [
    params: undefined,
    result: { account: string; device: string; connected: boolean; server: string },
  ];
  "contacts.add": [params: Username & { readonly text?: string }, result: object];
  "contacts.accept": [params: Username, result: object];
  "contacts.list": [params: undefined, result: readonly RpcContact[]];
  "conversations.list": [params: undefined, result: readonly RpcConversation[]];
  "conversations.markRead": [params: { readonly conversation: string }, result: object];
  "paths.setDefault": [params: { readonly path: PathMode }, result: object];
  "conversations.attend": [params: { readonly conversation: string }, result: object];
  "conversations.setPath": [
    params: { readonly conversation: string; readonly path: PathMode | "default" },
    result: object,
  ];
  "conversations.renewKeys": [params: { readonly conversation: string }, result: object];
  "groups.remove": [
    params: { readonly conversation: string; readonly members: readonly string[] },
    result: object,
  ];
  "rooms.create": [
    params: { readonly name: string; readonly password?: string; readonly linkRequired?: boolean },
    result: RpcInvitation & { readonly conversation: string },
  ];
  "rooms.join": [
    params: { readonly password: string } & ({ readonly link: string } | { readonly code: string }),
    result: { readonly conversation: string },
  ];
  "rooms.invitation": [params: { readonly conversation: string }, result: RpcInvitation | null];
  "messages.send": [
    params: { readonly to: string; readonly text: string; readonly replyTo?: string },
    result: { readonly id: string; readonly conversation: string },
  ];
  "messages.list": [
    params: { readonly conversation: string; readonly limit?: number; readonly before?: string },
    result: readonly RpcMessage[],
  ];
  "files.send": [
    params: { readonly to: string; readonly path: string; readonly text?: string },
    result: { readonly id: string; readonly ids: readonly string[]; readonly conversation: string },
  ];
  "files.save": [
    params: OfFiles & { readonly path: string },
    result: { readonly bytes: number; readonly paths: readonly string[] },
  ];
  "files.list": [
    params: { readonly conversation: string; readonly limit?: number },
    result: readonly (RpcFile & { readonly file: number; readonly from: string; readonly type: string })[],
  ];
  "files.pause": [params: OfFiles, result: object];
  "files.resume": [params: OfFiles, result: object];
  "files.cancel": [params: OfFiles, result: object];
}

/** Those that wait for a whole file. */
export const SLOW_METHODS: ReadonlySet<RpcMethod> = new Set(["files.send", "files.save"]);

export type RpcMethod = keyof RpcMethods;

/** Parameters of the notification `event`. */
export type RpcEvent =
  | ({ readonly type: "message"; readonly conversation: string } & Omit<RpcMessage, "state">)
  | { readonly type: "state"; readonly id: string; readonly state: MessageState }
  | ({ readonly type: "file"; readonly conversation: string; readonly mine: boolean } & RpcFile)
  | { readonly type: "contact"; readonly username: string; readonly state: ContactState }
  | { readonly type: "conversation"; readonly id: string; readonly change: string }
  | { readonly type: "connection"; readonly state: "offline" | "connecting" | "online" };
