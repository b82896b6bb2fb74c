/**
 * The engine's boundary: `handle(event) -> effects`, synchronous and pure. Platform runtimes and the simulation carry the effects out and
 * answer each that has a ticket with exactly one completion. A runtime that dies in between loses only what was not stored.
 */
import type {
  CommitIntent,
  CommitResult,
  Decrypted,
  EpochChange,
  ExternalCommit,
  ExternalIntent,
  GroupDelta,
  HandshakeOutcome,
  InspectedGroupInfo,
  JoinResult,
  JoinSecret,
  KeyPackageBundle,
  KnownPsk,
  Member,
  MlsGroup,
  Outgoing,
  RoomInfo,
  RoomKey,
  SuiteId,
} from "@sotto/crypto";
import type {
  ConversationId,
  DeviceList,
  GroupId,
  LinkCandidate,
  LinkDescription,
  TransferId,
} from "@sotto/protocol";
import type { FileWord } from "../ports/fileLinks.ts";
import type { LinkChannel, LinkFailure, LinkOptions, LinkVia } from "../ports/direct.ts";
import type { ServerAnswer, ServerRequest, Unreachable } from "../ports/server.ts";
import type { StoreWrite } from "../ports/store.ts";
import type { Command, CommandResult } from "./contract/commands.ts";
import type { ClientEvent } from "./contract/news.ts";

export type * from "./contract/commands.ts";
export type * from "./contract/news.ts";

/** An operation of the MLS engine port, as data. Device identity and key-package bundles are held by the engine's state. */
export type MlsOperation =
  | { readonly op: "keyPackages"; readonly suite: SuiteId; readonly count: number }
  | { readonly op: "inspectKeyPackage"; readonly keyPackage: Uint8Array }
  | {
      readonly op: "create";
      readonly group: GroupId;
      readonly suite: SuiteId;
      readonly appData?: Uint8Array;
    }
  | { readonly op: "load"; readonly parts: ReadonlyMap<string, Uint8Array> }
  | { readonly op: "commit"; readonly group: MlsGroup; readonly intent: CommitIntent }
  | { readonly op: "leave"; readonly group: MlsGroup; readonly authenticatedData: Uint8Array }
  | { readonly op: "adopt"; readonly group: MlsGroup; readonly pending: Uint8Array }
  | {
      readonly op: "process";
      readonly group: MlsGroup;
      readonly handshake: Uint8Array;
      readonly authenticatedData: Uint8Array;
      readonly psks?: readonly KnownPsk[];
    }
  | { readonly op: "welcomeRefs"; readonly welcome: Uint8Array }
  | {
      readonly op: "welcomePsks";
      readonly welcome: Uint8Array;
      readonly bundles: readonly KeyPackageBundle[];
    }
  | {
      readonly op: "join";
      readonly welcome: Uint8Array;
      readonly bundles: readonly KeyPackageBundle[];
      readonly psks?: readonly KnownPsk[];
    }
  | { readonly op: "groupInfo"; readonly group: MlsGroup; readonly joinerInfo: Uint8Array }
  | { readonly op: "inspectGroupInfo"; readonly groupInfo: Uint8Array }
  | { readonly op: "joinExternal"; readonly groupInfo: Uint8Array; readonly intent: ExternalIntent }
  | { readonly op: "adoptExternal"; readonly pending: Uint8Array }
  | { readonly op: "encrypt"; readonly group: MlsGroup; readonly messages: readonly Outgoing[] }
  | { readonly op: "decrypt"; readonly group: MlsGroup; readonly ciphertexts: readonly Uint8Array[] }
  | { readonly op: "forgetPast"; readonly group: MlsGroup }
  | {
      readonly op: "exportSecret";
      readonly group: MlsGroup;
      readonly label: string;
      readonly context: Uint8Array;
      readonly length: number;
    }
  | { readonly op: "epochAuthenticator"; readonly group: MlsGroup }
  /** Of a room (ROOM-13): its group info as others may fetch it who have the join secret. */
  | {
      readonly op: "sealRoomInfo";
      readonly group: MlsGroup;
      readonly joinerInfo: Uint8Array;
      readonly secret: Uint8Array;
      readonly index: number;
      readonly hash: Uint8Array;
    }
  /** `invalid`: sealed under another secret. */
  | {
      readonly op: "openRoomInfo";
      readonly group: GroupId;
      readonly secret: Uint8Array;
      readonly index: number;
      readonly sealed: Uint8Array;
    }
  | { readonly op: "roomDoor"; readonly group: GroupId; readonly secret: Uint8Array }
  | { readonly op: "sealJoinSecret"; readonly room: RoomKey; readonly joinSecret: JoinSecret }
  /** `invalid`: sealed under another password, or with another link. */
  | { readonly op: "openJoinSecret"; readonly room: RoomKey; readonly sealed: Uint8Array }
  /** Checks the account key's signature over an encoded signed device list; `invalid` otherwise. */
  | { readonly op: "verifyDeviceList"; readonly signed: Uint8Array };

/** What each operation completes with; `failed` carries the code of an `MlsInputError`. */
export interface MlsOutputs {
  readonly keyPackages: readonly KeyPackageBundle[];
  readonly inspectKeyPackage: Member & { readonly suite: SuiteId };
  readonly create: { readonly group: MlsGroup; readonly delta: GroupDelta };
  readonly load: MlsGroup;
  readonly commit: CommitResult;
  readonly leave: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly handshake: Uint8Array;
    readonly pending: Uint8Array;
  };
  readonly adopt: { readonly group: MlsGroup; readonly delta: GroupDelta; readonly change: EpochChange };
  readonly process: HandshakeOutcome;
  readonly welcomeRefs: readonly string[];
  readonly welcomePsks: readonly Uint8Array[];
  readonly join: JoinResult;
  readonly groupInfo: Uint8Array;
  readonly inspectGroupInfo: InspectedGroupInfo;
  readonly joinExternal: ExternalCommit;
  readonly adoptExternal: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly change: EpochChange;
  };
  readonly encrypt: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly ciphertexts: readonly Uint8Array[];
  };
  readonly decrypt: {
    readonly group: MlsGroup;
    readonly delta: GroupDelta;
    readonly results: readonly Decrypted[];
  };
  readonly forgetPast: { readonly group: MlsGroup; readonly delta: GroupDelta };
  readonly exportSecret: Uint8Array;
  readonly epochAuthenticator: Uint8Array;
  readonly sealRoomInfo: Uint8Array;
  readonly openRoomInfo: RoomInfo;
  readonly roomDoor: Uint8Array;
  readonly sealJoinSecret: Uint8Array;
  readonly openJoinSecret: JoinSecret;
  readonly verifyDeviceList: DeviceList;
}

export type MlsCompletion =
  | { readonly ok: true; readonly output: MlsOutputs[keyof MlsOutputs] }
  | { readonly ok: false; readonly code: string; readonly message: string };

export type TimerName =
  | "connect"
  | "heartbeat"
  | "retry"
  | "sent"
  | "receipts"
  | "maintenance"
  | "links"
  | "wishes";

/** What a runtime does with a connection to another device: see ports/direct.ts. */
export type LinkAction =
  | { readonly do: "open"; readonly options: LinkOptions }
  | { readonly do: "offer"; readonly restart: boolean }
  | { readonly do: "accept"; readonly description: LinkDescription }
  | { readonly do: "addCandidates"; readonly candidates: readonly LinkCandidate[] }
  | { readonly do: "send"; readonly channel: LinkChannel; readonly frame: Uint8Array }
  | { readonly do: "close" };

/** What happens on one. */
export type LinkHappening =
  | { readonly kind: "description"; readonly description: LinkDescription }
  | { readonly kind: "candidate"; readonly candidate: LinkCandidate }
  | { readonly kind: "open"; readonly via: LinkVia }
  | { readonly kind: "steady"; readonly steady: boolean; readonly via: LinkVia }
  /** On the channel of messages. */
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  /** Frames have come on the channel of files: the other side is there. Not told of each (see ports/fileLinks.ts). */
  | { readonly kind: "heard" }
  /** The other side has broken the rules of the channel of files. */
  | { readonly kind: "misused" }
  | { readonly kind: "closed"; readonly failure: LinkFailure };

/** What a runtime does for the engine. Those with a ticket are answered by the event of the same name. */
export type Effect =
  | { readonly type: "mls"; readonly ticket: number; readonly operation: MlsOperation }
  | { readonly type: "store"; readonly ticket: number; readonly writes: readonly StoreWrite[] }
  /** Read records of one table, as they are now. */
  | {
      readonly type: "read";
      readonly ticket: number;
      readonly table: string;
      readonly keys: readonly string[];
    }
  | { readonly type: "request"; readonly ticket: number; readonly request: ServerRequest }
  /** Open a socket. Answered by `connected` or `disconnected` of the same connection number. */
  | { readonly type: "connect"; readonly connection: number }
  | { readonly type: "disconnect"; readonly connection: number }
  /** A frame on the open socket. */
  | { readonly type: "send"; readonly connection: number; readonly frame: Uint8Array }
  /** The connection of this number; the first action is `open`, and nothing follows `close`. */
  | { readonly type: "link"; readonly link: number; readonly action: LinkAction }
  /** What a receipt of the other account says of a file, or that an own receipt has got away (FIL-19). After it is stored. */
  | {
      readonly type: "fileReceipt";
      readonly conversation: ConversationId;
      readonly transfer: TransferId;
      readonly word: FileWord;
    }
  /** Sets or replaces the timer of that name. */
  | { readonly type: "timer"; readonly name: TimerName; readonly atMs: number }
  | { readonly type: "cancelTimer"; readonly name: TimerName }
  /** For the application. */
  | { readonly type: "emit"; readonly event: ClientEvent }
  /** The command of this number is done. */
  | { readonly type: "done"; readonly command: number; readonly result: CommandResult };

export type EngineEvent =
  | { readonly type: "command"; readonly command: number; readonly request: Command }
  | { readonly type: "mls"; readonly ticket: number; readonly completion: MlsCompletion }
  | { readonly type: "store"; readonly ticket: number; readonly ok: boolean; readonly message?: string }
  /** The values in the order of the keys; `undefined` in their place when the store could not be read. */
  | { readonly type: "read"; readonly ticket: number; readonly values: ReadValues | undefined }
  | { readonly type: "request"; readonly ticket: number; readonly answer: ServerAnswer }
  | { readonly type: "connected"; readonly connection: number }
  | {
      readonly type: "disconnected";
      readonly connection: number;
      readonly closeCode?: number;
      readonly reason?: Unreachable;
    }
  | { readonly type: "frame"; readonly connection: number; readonly frame: Uint8Array }
  | { readonly type: "link"; readonly link: number; readonly happening: LinkHappening }
  | { readonly type: "timer"; readonly name: TimerName };

export type ReadValues = readonly (Uint8Array | undefined)[];
