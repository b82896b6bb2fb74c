/** What a simulated world is built of: the engine with its boundary, its records, and a disk in memory. Never part of a product. */
export type { MemoryDisk, MemorySnapshot } from "../adapters/memory/disk.ts";
export { createMemoryDisk } from "../adapters/memory/disk.ts";
export type {
  ClientEvent,
  Command,
  CommandResult,
  Effect,
  EngineEvent,
  LinkAction,
  LinkHappening,
  MlsCompletion,
  MlsOperation,
  MlsOutputs,
  PathMode,
  TimerName,
} from "../engine/contract.ts";
export type { Engine, EngineTables } from "../engine/index.ts";
export { createEngine, ENGINE_TABLES, messageOf } from "../engine/index.ts";
export { decodeJoinerInfo, encodeJoinerInfo } from "../engine/joinerInfo.ts";
export {
  conversationLine,
  endLine,
  headerLine,
  messageLine,
  parseEntry,
  parseHeader,
  MAX_LINE_BYTES,
} from "../archive/lines.ts";
export type { HistoryRecord, Identity } from "../engine/records.ts";
export {
  decodeConversation,
  decodeHistory,
  decodeOrder,
  decodePosition,
  encodeKeyPackage,
  encodePosition,
  messageIdKey,
  orderKey,
  POSITION_KEY,
  TABLE,
} from "../engine/records.ts";
export type { IceServer, LinkChannel, LinkFailure, LinkOptions, LinkVia } from "../ports/direct.ts";
export type { ServerAnswer, ServerRequest } from "../ports/server.ts";
export type { StoreWrite } from "../ports/store.ts";
export { performMls } from "../runtime/mlsOperations.ts";
