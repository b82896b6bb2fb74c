/** Cryptography of Sotto: MLS engine, account, vault and storage keys. Pure; randomness and clock come from outside. */
export type { KeyPair } from "./account/accountKey.ts";
export { createAccountKey, openAccountKey, sealAccountKey } from "./account/accountKey.ts";
export * from "./account/credential.ts";
export * from "./account/deviceKeys.ts";
export * from "./account/deviceList.ts";
export * from "./account/safetyNumber.ts";
export * from "./archive.ts";
export * from "./chain.ts";
export * from "./file/leaves.ts";
export * from "./file/tree.ts";
export * from "./mls/port.ts";
export { createMlsEngine } from "./mls/tsMls.ts";
export * from "./padding.ts";
export { isStrictEd25519 } from "./provider/ed25519.ts";
export { createNobleProvider } from "./provider/noble.ts";
export type { CryptoProvider, RandomBytes } from "./provider/port.ts";
export * from "./records.ts";
export * from "./vault.ts";
