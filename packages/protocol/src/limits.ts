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
/** What a group keeps in its group context: every commit, message and group info is signed over it. */
export const MAX_APP_DATA_BYTES: number = 16 * 1024;
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
/** Content of one leaf of a file, which is sealed, hashed and asked for as one: soon sent again, and its hash and tag are 0.005 % of it. */
export const FILE_LEAF_BYTES: number = 1024 * 1024;
/** Leaves of one file, so that its tree, its hashes and its bitmap stay in memory: 4 MiB, 2 MiB, 8 KiB. */
export const MAX_FILE_LEAVES = 65_536;
/** One file. */
export const MAX_FILE_BYTES: number = MAX_FILE_LEAVES * FILE_LEAF_BYTES;
/** What sealing adds to a leaf. */
export const FILE_TAG_BYTES = 16;
/** Smaller files are sealed as if they had so many bytes. */
export const MIN_FILE_STREAM_BYTES = 4096;
/** Bytes of a parcel in one frame: the largest parcel, 1,049,104 bytes, is 17 equal parts, and each fits a frame with its head. */
export const FILE_CHUNK_BYTES = 61_712;
/** Leaves that one frame can ask for. */
export const MAX_LEAVES_ASKED = 64;
/** Files that one message names; more go in more messages. */
export const MAX_FILES_IN_MESSAGE = 32;
/** The encoded files of one message: with the other fields of a content, and its padding, below MAX_CONTENT_BYTES. */
export const MAX_FILES_BODY_BYTES: number = 22 * 1024;
/** A small picture of a picture. */
export const MAX_THUMBNAIL_BYTES: number = 16 * 1024;
/** What stands in its place until it is there: a ThumbHash has 25 bytes, a BlurHash 30. */
export const MAX_PLACEHOLDER_BYTES = 64;
/** A name of a file or folder in UTF-8: what most file systems take. */
export const MAX_FILE_NAME_BYTES = 255;
/** Folders above a file, and its name. */
export const MAX_FILE_PATH_PARTS = 16;
/** All names of a path together. */
export const MAX_FILE_PATH_BYTES = 1024;
/** RFC 6838 §4.2 allows 127 characters on either side of the slash; no registered type has so many in all. */
export const MAX_MEDIA_TYPE_CHARS = 127;
/** The name of a group in UTF-8: some twenty words of Chinese or a line of English. */
export const MAX_GROUP_NAME_BYTES = 128;
/** Accounts that a charter names as admins. */
export const MAX_GROUP_ADMINS = 64;
/** What names a pre-shared key in a charter: a hash. */
export const KEY_ID_BYTES = 32;
/** Crockford's base32 in lower case: 60 random bits that nobody mistypes into another's. */
export const ROOM_CODE_PATTERN: RegExp = /^[0-9a-hjkmnp-tv-z]{12}$/;
/** What a room's password opens, sealed: 90 bytes in the first version. */
export const MAX_SEALED_SECRET_BYTES = 256;
/** Of UTF-8: whoever chooses a room's password chooses one that can be typed. */
export const MAX_ROOM_PASSWORD_BYTES = 256;
/** A display name: graphemes, and bytes of UTF-8. */
export const MAX_DISPLAY_NAME_CHARS = 64;
export const MAX_DISPLAY_NAME_BYTES = 256;
/** What somebody says of themselves: graphemes, and bytes of UTF-8. */
export const MAX_BIO_CHARS = 500;
export const MAX_BIO_BYTES = 2000;
/** AES-256-GCM. */
export const PROFILE_KEY_BYTES = 32;
/** A picture of a profile. */
export const MAX_PROFILE_PICTURE_BYTES: number = 256 * 1024;
/** Pixels of a side of one: twice what is ever shown. */
export const MAX_PROFILE_PICTURE_SIDE = 1024;
/** A profile at the server has one of these sizes: without a picture, and with smaller and larger ones. */
export const PROFILE_SEALED_BYTES: readonly number[] = [4096, 32_768, 65_536, 131_072, 270_336];
