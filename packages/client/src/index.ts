/** The SDK's platform-independent part: types, errors and their words. Platforms: `sotto/node`, `sotto/browser`; tests: `sotto/testing`. */
export type * from "./api.ts";
export { SottoError } from "./api.ts";
export type {
  ClientEvent,
  CommandProblem,
  ConnectionProblem,
  ConnectionState,
  ContactState,
  ConversationChange,
  GroupEvent,
  LinkView,
  MessageState,
  NoLinkReason,
  PathMode,
  StoredMessage,
} from "./engine/contract.ts";
export type { Role } from "./engine/group/policy.ts";
export { MESSAGES } from "./sdk/messages.ts";
export { MIN_PASSWORD_CHARS } from "./account/password.ts";
