/** The wire schema of Sotto: what travels between devices and server, and between devices inside the encryption. Pure. */
export * from "./bytes.ts";
export * from "./cbor.ts";
export * from "./content.ts";
export * from "./credential.ts";
export * from "./deviceList.ts";
export * from "./errors.ts";
export * from "./frames/clientFrames.ts";
export * from "./frames/header.ts";
export * from "./frames/serverFrames.ts";
export * from "./http/schemas.ts";
export * from "./http/securityHeaders.ts";
export * from "./ids.ts";
export * from "./json.ts";
export * from "./labels.ts";
export * from "./limits.ts";
export * from "./schema.ts";
export * from "./version.ts";
