/**
 * The port of our MLS engine (RFC 9420). The client engine knows only this; what lies behind it (a library with guards, our own code,
 * or the stand-in of the simulation) can change without it. Frozen: extend, never rename.
 *
 * Groups are values: each transition takes a group and returns the next one together with the records to store. Nothing may be
 * sent, shown or acknowledged before those records are stored (state before wire). One transition per group is in flight at a time.
 */
import type { Credential, GroupId } from "@sotto/protocol";

/** RFC 9420 §17.1; 83 is the draft number of X-Wing, AES-256-GCM, SHA-512, Ed25519. */
export type SuiteId = 1 | 83;

/** Who a device is in every group: its credential and the key that signs for it. */
export interface DeviceIdentity {
  readonly credential: Credential;
  /** Ed25519 seed, 32 bytes. */
  readonly leafPrivateKey: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly leafPublicKey: Uint8Array;
}

/** A leaf of a group as its credential states it; the credential's signature chain has been verified. */
export interface Member {
  readonly leaf: number;
  readonly credential: Credential;
  readonly leafKey: Uint8Array;
}

/** Changed parts of a group's stored state. Names are chosen by the engine; one part is rewritten per message, not the whole state. */
export interface GroupDelta {
  readonly put: ReadonlyMap<string, Uint8Array>;
  readonly drop: readonly string[];
}

/** An immutable snapshot of a group. Only facts are public; secrets stay behind the engine that made it. */
export interface MlsGroup {
  readonly id: GroupId;
  readonly suite: SuiteId;
  readonly epoch: number;
  readonly ownLeaf: number;
  readonly members: readonly Member[];
  /** What the group keeps in its context: the same at every member of the epoch. `null`: the group was created without. Not to be written into. */
  readonly appData: Uint8Array | null;
  /** False after the device has been removed: nothing can be sent or received any more. */
  readonly active: boolean;
}

/** A key package and its private half. */
export interface KeyPackageBundle {
  /** KeyPackageRef (RFC 9420 §5.2), hexadecimal. */
  readonly ref: string;
  /** MLSMessage with a KeyPackage. */
  readonly publicBytes: Uint8Array;
  /** Private keys in the engine's encoding; stored sealed, deleted when a Welcome consumed them (never for a last resort). */
  readonly privateBytes: Uint8Array;
}

export interface Transition {
  readonly group: MlsGroup;
  readonly delta: GroupDelta;
}

/** An external pre-shared key that the group agreed on (RFC 9420 §8.4). */
export interface KnownPsk {
  /** 1-255 bytes. */
  readonly id: Uint8Array;
  /** `null`: this device does not hold it. */
  readonly secret: Uint8Array | null;
  /** Every commit must name it, an external one too; another one is refused. */
  readonly required?: boolean;
}

/** What a commit shall do besides renewing the committer's own path; every commit of ours carries a path. */
export interface CommitIntent {
  /** KeyPackage messages of devices to add. They are validated, lifetimes included. */
  readonly add: readonly Uint8Array[];
  /** Leaf indexes to remove. */
  readonly remove: readonly number[];
  readonly authenticatedData: Uint8Array;
  /** Bytes for those who join, placed in the Welcome's GroupInfo under our private extension. */
  readonly joinerInfo: Uint8Array;
  /** Each is mixed into the next epoch by a PreSharedKey proposal. One without its secret cannot be committed: `invalid`. */
  readonly psks?: readonly KnownPsk[];
  /**
   * Replaces the group's app data, by a GroupContextExtensions proposal (RFC 9420 §12.1.7). `invalid` above MAX_APP_DATA_BYTES, and for a group
   * that was created without.
   */
  readonly appData?: Uint8Array;
}

/** What an external commit does besides letting the device in. */
export interface ExternalIntent {
  readonly authenticatedData: Uint8Array;
  /** As in {@link CommitIntent}. */
  readonly psks?: readonly KnownPsk[];
}

/** What a group info says after all checks. */
export interface InspectedGroupInfo {
  readonly id: GroupId;
  readonly suite: SuiteId;
  readonly epoch: number;
  readonly members: readonly Member[];
  /** The member who signed it. */
  readonly signer: Member;
  readonly joinerInfo: Uint8Array;
  /** As in {@link MlsGroup}. */
  readonly appData: Uint8Array | null;
}

/** An external commit that waits for its place in the server's order. */
export interface ExternalCommit {
  readonly id: GroupId;
  readonly handshake: Uint8Array;
  /** The whole group in the engine's encoding; stored sealed until the commit has won or lost. */
  readonly pending: Uint8Array;
}

/** A commit that waits for its place in the server's order. */
export interface CommitResult extends Transition {
  /** `group` and `delta` are the **current** epoch with the handshake ratchet advanced, so that a retry reuses nothing (MLS defect 13). */
  readonly handshake: Uint8Array;
  readonly welcome: Uint8Array | null;
  /** The next epoch in the engine's encoding; stored sealed until the commit has won or lost. */
  readonly pending: Uint8Array;
}

/** What a handshake changed. */
export interface EpochChange {
  readonly committer: Member | null;
  readonly added: readonly Member[];
  readonly removed: readonly Member[];
  /** Those of `removed` who had asked for it themselves. */
  readonly left: readonly Member[];
  /** Whether the committer has joined by this commit, without a member's help (RFC 9420 §12.4.3.2). */
  readonly external: boolean;
}

/** What a commit does to a group, as far as the epoch's shared state and the bytes tell: every member sees the same. */
export interface CommitEffect {
  readonly change: EpochChange;
  /** Of the next epoch, like the following. */
  readonly members: readonly Member[];
  readonly appData: Uint8Array | null;
  /** As of an applied commit. */
  readonly without: Transition;
}

/** Reason of a handshake that was refused because it names another predecessor than the expectation: somebody is shown another order. */
export const OTHER_PREDECESSOR = "another predecessor";

/** What became of a handshake. */
export type HandshakeOutcome =
  | (Transition & {
      readonly kind: "applied";
      readonly change: EpochChange;
      /**
       * The group without the commit, for whoever refuses it for what it does: to be stored instead, as of a refused one. Who stores neither can
       * be split from those that refused it for its confirmation tag: its sender's next commit may use the same generation.
       */
      readonly without: Transition;
    })
  /** A member asked to leave: noted, epoch unchanged. The next commit of a member must include it. */
  | (Transition & { readonly kind: "proposed"; readonly leaver: Member })
  /** A check of shared state and bytes failed: every member judges alike; the group goes on without it (DESIGN §4). `group` is unchanged but for the consumed generation. */
  | (Transition & { readonly kind: "refused"; readonly reason: string })
  /**
   * The device's own secret failed: it cannot know what others see. State unchanged. `effect` is of a commit that opened: whoever refuses it
   * for what it does need not stop, since all others refuse it too.
   */
  | { readonly kind: "undecided"; readonly reason: string; readonly effect?: CommitEffect };

/** A member's handshake must say this; another value is refused. */
export interface HandshakeExpectation {
  readonly authenticatedData: Uint8Array;
  /** External keys that the conversation knows: a commit that names another is refused, one whose secret is missing here is undecided. */
  readonly psks?: readonly KnownPsk[];
}

export interface JoinResult extends Transition {
  readonly joinerInfo: Uint8Array;
  /** The member who signed the group info. */
  readonly adder: Member;
  /** Ref of the key package that was consumed. */
  readonly keyPackageRef: string;
}

export interface Outgoing {
  readonly plaintext: Uint8Array;
  readonly authenticatedData: Uint8Array;
}

export type Decrypted =
  | {
      readonly kind: "message";
      readonly plaintext: Uint8Array;
      readonly authenticatedData: Uint8Array;
      readonly sender: Member;
      readonly epoch: number;
    }
  | { readonly kind: "failed"; readonly reason: MessageFailure };

/** replayed: the key has been used · tooOld: the epoch or key is gone · future: an epoch not reached · malformed, forged: the bytes are wrong. */
export type MessageFailure = "replayed" | "tooOld" | "future" | "malformed" | "forged";

/** Thrown for input that is not what it claims to be (a key package, a Welcome, stored state): never for a bug. */
export class MlsInputError extends Error {
  override readonly name = "MlsInputError";
  readonly code:
    | "malformed"
    | "invalid"
    | "unsupported"
    | "expired"
    | "wrongGroup"
    | "noKeyPackage"
    | "damagedState";

  constructor(code: MlsInputError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface MlsEngine {
  /** New packages valid from `nowMs` less a day (clocks differ) for `lifetimeDays`. */
  keyPackages(
    device: DeviceIdentity,
    suite: SuiteId,
    count: number,
    nowMs: number,
    lifetimeDays: number,
  ): Promise<readonly KeyPackageBundle[]>;

  /** The credential of a foreign key package after all checks of RFC 9420 §10.1. Rejects with {@link MlsInputError}. */
  inspectKeyPackage(keyPackage: Uint8Array, nowMs: number): Promise<Member & { readonly suite: SuiteId }>;

  /**
   * A new group of one: epoch 0. `delta` is its whole state. With `appData` it has some for ever, without it never has. Rejects with
   * {@link MlsInputError} `invalid` above MAX_APP_DATA_BYTES.
   */
  create(
    group: GroupId,
    device: DeviceIdentity,
    suite: SuiteId,
    nowMs: number,
    appData?: Uint8Array,
  ): Promise<Transition>;

  /** The group of stored parts. Rejects with {@link MlsInputError} `damagedState`. */
  load(parts: ReadonlyMap<string, Uint8Array>): Promise<MlsGroup>;

  /**
   * Prepares a commit; whoever asked to leave is removed by it. Rejects with {@link MlsInputError} for an unusable key package. A device
   * that has asked to leave itself commits no more (TypeError).
   */
  commit(group: MlsGroup, intent: CommitIntent, nowMs: number): Promise<CommitResult>;

  /**
   * Asks to leave: a standalone Remove of the own leaf (RFC 9420 §12.1.3), which the next commit of another member applies. It holds for
   * its epoch: when that ends without it, as by an external commit, the device asks again. `pending` is for `adopt`.
   */
  leave(
    group: MlsGroup,
    authenticatedData: Uint8Array,
  ): Promise<Transition & { readonly handshake: Uint8Array; readonly pending: Uint8Array }>;

  /**
   * The own handshake has won its place: enters the epoch of a commit, or notes the own leave, which changes no member and no epoch.
   * Rejects with {@link MlsInputError} `damagedState`, or `wrongGroup` if it does not follow the group's state.
   */
  adopt(group: MlsGroup, pending: Uint8Array): Promise<Transition & { readonly change: EpochChange }>;

  /** A handshake of another member. */
  process(group: MlsGroup, handshake: Uint8Array, expected: HandshakeExpectation): Promise<HandshakeOutcome>;

  /** Joins by Welcome with one of the device's bundles. Rejects with {@link MlsInputError}: `invalid` also when a pre-shared key is missing. */
  join(
    welcome: Uint8Array,
    bundles: readonly KeyPackageBundle[],
    device: DeviceIdentity,
    psks?: readonly KnownPsk[],
  ): Promise<JoinResult>;

  /**
   * The signed group info (RFC 9420 §12.4.3) of the current epoch, with its tree, the external key and `joinerInfo`. Whoever has it can
   * post an external commit: it is for those who may join.
   */
  groupInfo(group: MlsGroup, joinerInfo: Uint8Array): Promise<Uint8Array>;

  /** Checks signature, tree, tree hash, credentials and our own rules. Rejects with {@link MlsInputError}. */
  inspectGroupInfo(groupInfo: Uint8Array): Promise<InspectedGroupInfo>;

  /**
   * Prepares to join without a member's help (RFC 9420 §12.4.3.2); the device's own former leaf is removed. No group exists before the
   * commit has won; one that lost is thrown away. Rejects with {@link MlsInputError} for a group info that `inspectGroupInfo` rejects.
   */
  joinExternal(
    groupInfo: Uint8Array,
    device: DeviceIdentity,
    intent: ExternalIntent,
    nowMs: number,
  ): Promise<ExternalCommit>;

  /** The external commit has won. `delta` is the whole state. Rejects with {@link MlsInputError} `damagedState`. */
  adoptExternal(pending: Uint8Array): Promise<Transition & { readonly change: EpochChange }>;

  /** Refs of the key packages that a Welcome names (RFC 9420 §12.4.3.1), to find the bundle. Rejects with {@link MlsInputError}. */
  welcomeRefs(welcome: Uint8Array): readonly string[];

  /**
   * Ids of the external pre-shared keys that a Welcome for one of the bundles names, as its sender says: nothing of it is verified, and the device
   * need not hold them. Rejects with {@link MlsInputError}.
   */
  welcomePsks(welcome: Uint8Array, bundles: readonly KeyPackageBundle[]): Promise<readonly Uint8Array[]>;

  /** Encrypts in order. Only allowed while `active`. */
  encrypt(
    group: MlsGroup,
    messages: readonly Outgoing[],
  ): Promise<Transition & { readonly ciphertexts: readonly Uint8Array[] }>;

  /**
   * Decrypts in order, each on its own: one that fails changes nothing and does not stop the rest. With `nowMs`, keys of messages that have
   * not come within 30 days are dropped, those of other messages than these too; without, such keys go with their epoch.
   */
  decrypt(
    group: MlsGroup,
    ciphertexts: readonly Uint8Array[],
    nowMs?: number,
  ): Promise<Transition & { readonly results: readonly Decrypted[] }>;

  /** Drops the keys of past epochs. */
  forgetPast(group: MlsGroup): Promise<Transition>;

  /** RFC 9420 §8.5. */
  exportSecret(group: MlsGroup, label: string, context: Uint8Array, length: number): Promise<Uint8Array>;

  /** RFC 9420 §8.7: equal at two members exactly when their epochs are. */
  epochAuthenticator(group: MlsGroup): Uint8Array;
}
