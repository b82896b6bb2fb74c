/** Every size and number that both sides must agree on, with its reason. Printed in docs/LIMITS.md. */

/** Random identifiers: accounts, devices, mailboxes, conversations, groups, messages, streams. 128 bits do not collide by chance. */
export const ID_BYTES = 16;
/** SHA-256. */
export const HASH_BYTES = 32;
/** Ed25519 public keys. */
export const SIGNATURE_KEY_BYTES = 32;
/** Ed25519 signatures. */
export const SIGNATURE_BYTES = 64;
/** Bearer tokens: 256 random bits. */
export const TOKEN_BYTES = 32;
/** One WebSocket message. Larger frames travel over HTTP; an amplifying or fragmenting sender gains nothing. */
export const MAX_FRAME_BYTES = 64 * 1024;
/** A handshake part above this is submitted over HTTP and delivered by reference. */
export const MAX_INLINE_BYTES = 32 * 1024;
/** One frame submitted over HTTP: an X-Wing commit at 256 leaves with its Welcome and sealed group info fits. */
export const MAX_HTTP_FRAME_BYTES = 2 * 1024 * 1024;
/** Text of one message in UTF-8. Padded and encrypted it fits a frame with room to spare. */
export const MAX_TEXT_BYTES = 16 * 1024;
/** The message that accompanies a contact request, in characters (UTF-16 units). */
export const MAX_REQUEST_TEXT_CHARS = 500;
/** Padded content of one message before MLS. */
export const MAX_CONTENT_BYTES = 24 * 1024;
/** Contact requests that one account may have unanswered. */
export const MAX_PENDING_REQUESTS = 20;
/** User names: 3 to 32 of a-z 0-9 . _ - (one script, so that no two look alike). */
export const USER_NAME_PATTERN: RegExp = /^[a-z0-9._-]{3,32}$/;
/** Devices in one list, revoked ones included. */
export const MAX_DEVICES = 64;
/** Leaves of one group for now. */
export const MAX_GROUP_DEVICES = 256;
/** Single-use key packages that a device keeps at the server; it refills below the low-water mark. */
export const KEY_PACKAGE_TARGET = 50;
export const KEY_PACKAGE_LOW_WATER = 20;
/** One encoded key package: an X-Wing one is about 3 kB. */
export const MAX_KEY_PACKAGE_BYTES = 8 * 1024;
/** An encoded, signed device list. */
export const MAX_DEVICE_LIST_BYTES = 256 * 1024;
/** A sealed vault. */
export const MAX_VAULT_BYTES = 1024 * 1024;
/** Sealed records such as the account key. */
export const MAX_SEALED_KEY_BYTES = 1024;
/** One session description of a direct connection: a data channel's has about 500 characters, candidates add 100 each. */
export const MAX_SDP_CHARS = 8 * 1024;
/** One ICE candidate. */
export const MAX_CANDIDATE_CHARS = 512;
/** Descriptions and candidates in one message: a description and more candidates than a device has addresses. */
export const MAX_SIGNAL_PARTS = 32;
/** A signal is of use for as long as its sender waits for the answer, and a little longer. */
export const SIGNAL_LIFETIME_MS = 30_000;
/** Servers that help to find a direct path. */
export const MAX_ICE_SERVERS = 8;
/** Undelivered entries are kept this long. */
export const DEFAULT_RETENTION_DAYS = 30;
/** Between two pings of a client; the server closes after two and a half. */
export const HEARTBEAT_MS = 25_000;
/** OPAQUE messages in base64url characters. */
export const MAX_OPAQUE_CHARS = 2048;
