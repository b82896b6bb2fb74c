/** Test twins of the SDK's ports: memory for the disk, and a clock that stands still. */
export type { MemoryDisk, MemorySnapshot } from "../adapters/memory/disk.ts";
export { createMemoryDisk } from "../adapters/memory/disk.ts";
export type { LocalStore, StoreProblem, StoreWrite } from "../ports/store.ts";
export { StoreError } from "../ports/store.ts";
export type { Clock } from "../runtime/clock.ts";
export type { FakeClock } from "./fakeClock.ts";
export { createFakeClock } from "./fakeClock.ts";
export type { MemoryHomeOptions } from "./memoryHome.ts";
export { memoryHome } from "./memoryHome.ts";
// What lies in a store, for searches of it from outside.
export { decodeIdentity } from "../engine/records/identity.ts";
export { decodeKeyPackage } from "../engine/records/keyPackage.ts";
export { TABLE } from "../engine/records/table.ts";
export { noFiles } from "../sdk/files.ts";
export type { MemoryLinks } from "./memoryLinks.ts";
export { createMemoryLinks } from "./memoryLinks.ts";
export { linkedHome } from "./linkedHome.ts";
