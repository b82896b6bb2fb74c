/** What a simulated world is built of: the engine with its boundary, its records, and a disk in memory. Never part of a product. */
export type { MemoryDisk, MemorySnapshot } from "../adapters/memory/disk.ts";
export { createMemoryDisk } from "../adapters/memory/disk.ts";
export type {
  ClientEvent,
  Command,
  ContactState,
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
export type { HistoryRecord } from "../engine/records/history.ts";
export type { Identity } from "../engine/records/identity.ts";
export { decodeConversation } from "../engine/records/conversation.ts";
export { decodeHistory } from "../engine/records/history.ts";
export { decodeOutbox, encodeOutbox } from "../engine/records/outbox.ts";
export { encodeContact } from "../engine/records/contact.ts";
export { decodeKeyPackage, encodeKeyPackage } from "../engine/records/keyPackage.ts";
export { decodeOrder, messageIdKey, orderKey } from "../engine/records/keys.ts";
export { decodePosition, encodePosition, POSITION_KEY } from "../engine/records/position.ts";
export { TABLE } from "../engine/records/table.ts";
export { isChanging } from "../engine/group/wishState.ts";
export type { IceServer, LinkChannel, LinkFailure, LinkOptions, LinkVia } from "../ports/direct.ts";
export type { RoomRequest } from "../ports/rooms.ts";
export type { ServerAnswer, ServerRequest } from "../ports/server.ts";
export type { StoreWrite } from "../ports/store.ts";
export { performMls } from "../runtime/mlsOperations.ts";
export type { BlobAnswer, Blobs, BlobStatus } from "../ports/blobs.ts";
export type { FileShelf } from "../ports/fileShelf.ts";
export { FileShelfError } from "../ports/fileShelf.ts";
export { LOW_WATER_BYTES } from "../ports/direct.ts";
export { FIRST_WINDOW, HIGH_WATER_BYTES } from "../transfers/limits.ts";
export type { TransferRecord } from "../transfers/record.ts";
export type { FileWord } from "../ports/fileLinks.ts";
export type { Transfers } from "../transfers/runtime.ts";
export { createTransfers } from "../transfers/runtime.ts";
export { createTransferStore } from "../transfers/transferStore.ts";
