/** Cryptography of Sotto: MLS engine, account, vault and storage keys. Pure; randomness and clock come from outside. */
export * from "./account/credential.ts";
export * from "./mls/port.ts";
export { createMlsEngine } from "./mls/tsMls.ts";
export * from "./padding.ts";
export { createNobleProvider } from "./provider/noble.ts";
export type * from "./provider/port.ts";
