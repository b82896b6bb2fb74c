/**
 * What page and worker say to each other. The page calls; the worker answers each call once and, as long as a device is open, tells what
 * changes. All of it is plain data that structured cloning takes; passwords travel here, within the one browser process, and no keys do.
 */
import type { ConversationId, MessageId } from "@sotto/protocol";
import type { Contact, Conversation, SignInOptions, SignInStep, Sotto, SottoErrorCode } from "../../api.ts";
import type { ClientEvent, ConnectionState, MessageState, StoredMessage } from "../../index.ts";

/** Everything that a page may ask, with what it gets. `onStep` travels as messages of its own. */
export interface Calls {
  exists(): boolean;
  open(): OpenedDevice;
  register(options: Omit<SignInOptions, "onStep">): OpenedDevice;
  login(options: Omit<SignInOptions, "onStep"> & { readonly move?: boolean }): OpenedDevice;
  /** Answered when no tab has the store open. */
  storeFree(): void;

  addContact(userName: string, text: string | undefined, options: { readonly id?: MessageId }): Contact;
  acceptContact(userName: string): void;
  declineContact(userName: string): void;
  removeContact(userName: string): void;
  blockContact(userName: string): void;
  safetyNumber(userName: string): string;
  setPresenceHidden(hidden: boolean): void;

  markRead(conversation: ConversationId): void;
  renewKeys(conversation: ConversationId): void;
  setDraft(conversation: ConversationId, text: string): void;
  /** The states that follow come as {@link FromWorker} `sendState` under the same number. */
  send(
    handle: number,
    conversation: ConversationId,
    text: string,
    options: { readonly replyTo?: MessageId; readonly id?: MessageId },
  ): SentMessage;
  follow(handle: number, conversation: ConversationId, id: MessageId): SentMessage | undefined;
  messages(
    conversation: ConversationId,
    options: { readonly limit?: number; readonly before?: MessageId },
  ): readonly StoredMessage[];

  changePassword(oldPassword: string, newPassword: string): void;
  logout(everywhere: boolean): void;
  deleteAccount(password: string): void;
  close(): void;
}

export type CallName = keyof Calls;

/** One call, with a number that its answer repeats. */
export type ToWorker = {
  readonly [Name in CallName]: {
    readonly type: "call";
    readonly call: number;
    readonly name: Name;
    readonly args: Parameters<Calls[Name]>;
  };
}[CallName];

export type FromWorker =
  | { readonly type: "result"; readonly call: number; readonly value: ReturnType<Calls[CallName]> }
  | { readonly type: "failure"; readonly call: number; readonly error: ErrorData }
  | { readonly type: "step"; readonly call: number; readonly step: SignInStep }
  /** Events in order, and what the device looks like after them. */
  | { readonly type: "changed"; readonly events: readonly ClientEvent[]; readonly view: DeviceView }
  | { readonly type: "sendState"; readonly handle: number; readonly state: MessageState }
  /** The device has closed; with an error it did so by a fault. Nothing follows but results. */
  | { readonly type: "ended"; readonly error: ErrorData | undefined };

/** What stays the same while a device is open, and its first view. */
export interface OpenedDevice extends Pick<Sotto, "account" | "userName" | "device" | "server"> {
  readonly view: DeviceView;
}

/** What a page reads without asking. */
export interface DeviceView {
  readonly connection: ConnectionState;
  readonly presenceHidden: boolean;
  readonly contacts: readonly Contact[];
  readonly conversations: readonly Conversation[];
}

export interface SentMessage {
  readonly id: MessageId;
  readonly conversation: ConversationId;
}

/** A `SottoError` as data: code and sentence, never its cause. */
export interface ErrorData {
  readonly code: SottoErrorCode;
  readonly message: string;
}

/** One end of the channel: a worker, its global scope, or a port in tests. Messages arrive in the order in which they were posted. */
export interface Channel<In, Out> {
  post(message: Out): void;
  listen(onMessage: (message: In) => void): void;
}
