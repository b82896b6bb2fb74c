/** Bodies of the HTTP interface. Bytes are unpadded base64url; ids are 32 hexadecimal characters. Unknown keys are refused. */
import { z } from "zod";
import { fromBase64Url } from "../bytes.ts";
import {
  MAX_DEVICE_LIST_BYTES,
  MAX_FILE_BYTES,
  MAX_FILE_LEAVES,
  MAX_GROUP_DEVICES,
  MAX_HTTP_FRAME_BYTES,
  MAX_ICE_SERVERS,
  MAX_KEY_PACKAGE_BYTES,
  MAX_OPAQUE_CHARS,
  MAX_SEALED_KEY_BYTES,
  MAX_SEALED_SECRET_BYTES,
  MAX_VAULT_BYTES,
  HASH_BYTES,
  ROOM_CODE_PATTERN,
  PROFILE_SEALED_BYTES,
  SIGNATURE_BYTES,
  TOKEN_BYTES,
  USER_NAME_PATTERN,
} from "../limits.ts";

const base64 = (max: number, min = 0): z.ZodString =>
  z
    .string()
    // Before anything is decoded.
    .max(Math.ceil((max * 4) / 3), { abort: true })
    .refine((text) => {
      const bytes = fromBase64Url(text);
      return bytes !== undefined && bytes.length >= min && bytes.length <= max;
    }, `expected unpadded base64url of ${min} to ${max} bytes`);
const id = z.string().regex(/^[0-9a-f]{32}$/, "expected 32 hexadecimal characters");
const userName = z.string().regex(USER_NAME_PATTERN, "a user name has 3 to 32 of a-z 0-9 . _ -");
const roomCode = z.string().regex(ROOM_CODE_PATTERN, "a room code has 12 of 0-9 a-h j k m n p-t v-z");
const opaque = z.string().min(1).max(MAX_OPAQUE_CHARS);
const version = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const token = base64(TOKEN_BYTES, TOKEN_BYTES);
const deviceList = base64(MAX_DEVICE_LIST_BYTES + 128, 1);
const sealedAccountKey = base64(MAX_SEALED_KEY_BYTES, 1);

const vault = z.strictObject({
  /** Compare-and-set: one more than the stored version. */
  version,
  sealed: base64(MAX_VAULT_BYTES, 1),
  /** The vault data key wrapped under the OPAQUE export key. */
  wrapExport: base64(MAX_SEALED_KEY_BYTES, 1),
  /** … and under the recovery key; null before there is one. */
  wrapRecovery: base64(MAX_SEALED_KEY_BYTES * 4, 1).nullable(),
});
const profile = z.strictObject({
  /** Above the stored one. */
  version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Sealed under the profile key, of one of PROFILE_SEALED_BYTES (PRO-2). */
  sealedProfile: base64(PROFILE_SEALED_BYTES.at(-1) as number, PROFILE_SEALED_BYTES[0]),
});
const keyPackages = z.strictObject({
  /** Single-use packages, each an MLS KeyPackage message. */
  packages: z.array(base64(MAX_KEY_PACKAGE_BYTES, 1)).max(100),
  /** Handed out, and kept, when no other is left; replaces the one before. Null: no change. */
  lastResort: base64(MAX_KEY_PACKAGE_BYTES, 1).nullable(),
});

const sealedSecret = base64(MAX_SEALED_SECRET_BYTES, 1);
/** Group info sealed under the room's join secret, as of handshake `index`. */
const groupInfo = {
  index: version,
  sealed: base64(MAX_HTTP_FRAME_BYTES, 1),
};

const blobStatus = z.object({
  leafCount: z.number().int().min(1).max(MAX_FILE_LEAVES),
  /** The leaves that the server has (FIL-8). */
  held: base64(MAX_FILE_LEAVES / 8, 1),
  /** Milliseconds since 1970. */
  expiresAt: version,
});

export const HTTP = {
  registerStart: {
    request: z.strictObject({ userName, registrationRequest: opaque }),
    response: z.object({ registrationResponse: opaque }),
  },
  registerFinish: {
    request: z.strictObject({
      userName,
      registrationRecord: opaque,
      account: id,
      deviceList,
      sealedAccountKey,
      vault,
      keyPackages,
    }),
    response: z.object({ token }),
  },
  loginStart: {
    request: z.strictObject({ userName, startLoginRequest: opaque }),
    response: z.object({ loginId: id, loginResponse: opaque }),
  },
  loginFinish: {
    request: z.strictObject({ loginId: id, finishLoginRequest: opaque }),
    response: z.object({ token, account: id, deviceList, sealedAccountKey, vault }),
  },
  /** Binds a session without a device to a listed one: signature of the leaf key over the hash of the token. */
  bindDevice: {
    request: z.strictObject({ device: id, proof: base64(SIGNATURE_BYTES, SIGNATURE_BYTES) }),
    response: z.object({}),
  },
  logout: { request: z.strictObject({ everywhere: z.boolean() }), response: z.object({}) },
  passwordStart: {
    request: z.strictObject({ registrationRequest: opaque }),
    response: z.object({ registrationResponse: opaque }),
  },
  /** One transaction: OPAQUE record, sealed account key, vault wrap; every other session ends. Needs a recent login. */
  passwordFinish: {
    request: z.strictObject({ registrationRecord: opaque, sealedAccountKey, vault }),
    response: z.object({ token }),
  },
  deleteAccount: { request: z.strictObject({ userName }), response: z.object({}) },
  /** Replaces the list by its successor. Needs a recent login. Binds the session to `device` when it is newly listed. */
  putDeviceList: {
    request: z.strictObject({ deviceList, device: id, keyPackages, vault: vault.nullable() }),
    response: z.object({}),
  },
  account: { response: z.object({ account: id, deviceList }) },
  keyPackages: { request: keyPackages, response: z.object({ count: z.number().int() }) },
  claimKeyPackages: {
    request: z.strictObject({ account: id }),
    response: z.object({
      packages: z.array(z.object({ device: id, keyPackage: base64(MAX_KEY_PACKAGE_BYTES, 1) })).max(64),
    }),
  },
  vault: { request: vault, response: z.object({ version }) },
  getVault: { response: vault },
  putProfile: { request: profile, response: z.object({}) },
  getProfile: { response: profile },
  /** Servers that help two devices to find a direct path; none is configured by default. */
  ice: {
    response: z.object({
      servers: z
        .array(
          z.object({
            urls: z
              .array(
                z
                  .string()
                  .regex(/^(stun|turns?):/, "expected a stun:, turn: or turns: URL")
                  .max(300),
              )
              .max(8),
            /** Of TURN: made for this device, and valid for longer than `ttlSeconds`. */
            username: z.string().max(100).optional(),
            credential: z.string().max(100).optional(),
          }),
        )
        .max(MAX_ICE_SERVERS),
      ttlSeconds: z.number().int().min(0),
    }),
  },
  /** The delivery list, and the group's current handshake index, as of one moment (RLY-25). */
  groupMailboxes: {
    response: z.object({ index: version, mailboxes: z.array(id).min(1).max(MAX_GROUP_DEVICES) }),
  },
  /** First step of a room's password (ROOM-3). */
  roomPasswordStart: {
    request: z.strictObject({ code: roomCode, registrationRequest: opaque }),
    response: z.object({ registrationResponse: opaque }),
  },
  /** Takes the place of the room's code and password before (ROOM-4). */
  putRoom: {
    request: z.strictObject({
      code: roomCode,
      registrationRecord: opaque,
      sealedSecret,
      /** The handshake at which the room's door was set last. */
      k: version,
    }),
    response: z.object({}),
  },
  roomLoginStart: {
    request: z.strictObject({ code: roomCode, startLoginRequest: opaque }),
    response: z.object({ loginId: id, loginResponse: opaque }),
  },
  roomLoginFinish: {
    request: z.strictObject({ loginId: id, finishLoginRequest: opaque }),
    response: z.object({ group: id, sealedSecret }),
  },
  /** A room's group info for whoever shows that it has the join secret (ROOM-7). */
  groupInfo: {
    request: z.strictObject({ door: base64(HASH_BYTES, HASH_BYTES) }),
    response: z.object(groupInfo),
  },
  /** A member puts it right (ROOM-8). */
  putGroupInfo: { request: z.strictObject(groupInfo), response: z.object({}) },
  /** Makes the place for a file whose stream has that size (FIL-2); the same again is answered the same. */
  createBlob: {
    request: z.strictObject({ group: id, size: z.number().int().min(0).max(MAX_FILE_BYTES) }),
    response: blobStatus,
  },
  blobStatus: { response: blobStatus },
  putParcel: { response: z.object({}) },
  /** SHA-256 of a parcel whose sender has heard no answer (BLB-10). */
  keepParcel: {
    request: z.strictObject({ sha256: base64(32, 32) }),
    response: z.object({ kept: z.boolean() }),
  },
  blobDone: { response: z.object({}) },
  info: {
    response: z.object({
      name: z.literal("sotto"),
      protocol: z.object({ min: z.number().int(), max: z.number().int() }),
      store: id,
      registration: z.enum(["open", "closed"]),
    }),
  },
  health: { response: z.object({ status: z.literal("ok") }) },
  error: {
    response: z.object({
      error: z.object({
        code: z.string().max(40),
        message: z.string().max(400),
        index: z.number().int().optional(),
      }),
    }),
  },
} as const;

/** Method and path of every endpoint; `auth`: needs a bearer token, `device`: of a session bound to a device, `recent`: of a login of the last five minutes. */
export const ROUTES = {
  health: { method: "GET", path: "/health", access: "open" },
  info: { method: "GET", path: "/v1/info", access: "open" },
  registerStart: { method: "POST", path: "/v1/register/start", access: "open" },
  registerFinish: { method: "POST", path: "/v1/register/finish", access: "open" },
  loginStart: { method: "POST", path: "/v1/login/start", access: "open" },
  loginFinish: { method: "POST", path: "/v1/login/finish", access: "open" },
  bindDevice: { method: "POST", path: "/v1/session/device", access: "auth" },
  logout: { method: "POST", path: "/v1/logout", access: "auth" },
  passwordStart: { method: "POST", path: "/v1/password/start", access: "recent" },
  passwordFinish: { method: "POST", path: "/v1/password/finish", access: "recent" },
  deleteAccount: { method: "POST", path: "/v1/account/delete", access: "recent" },
  putDeviceList: { method: "PUT", path: "/v1/device-list", access: "recent" },
  accountByName: { method: "GET", path: "/v1/users/:userName", access: "device" },
  accountById: { method: "GET", path: "/v1/accounts/:account", access: "device" },
  putKeyPackages: { method: "POST", path: "/v1/key-packages", access: "device" },
  claimKeyPackages: { method: "POST", path: "/v1/key-packages/claim", access: "device" },
  getVault: { method: "GET", path: "/v1/vault", access: "auth" },
  putVault: { method: "PUT", path: "/v1/vault", access: "device" },
  putProfile: { method: "PUT", path: "/v1/profile", access: "device" },
  getProfile: { method: "GET", path: "/v1/profiles/:account", access: "device" },
  ice: { method: "GET", path: "/v1/ice", access: "device" },
  frames: { method: "POST", path: "/v1/frames", access: "device" },
  body: { method: "GET", path: "/v1/bodies/:hash", access: "device" },
  groupMailboxes: { method: "GET", path: "/v1/groups/:group/mailboxes", access: "device" },
  roomPasswordStart: { method: "POST", path: "/v1/rooms/password/start", access: "device" },
  putRoom: { method: "PUT", path: "/v1/groups/:group/room", access: "device" },
  roomLoginStart: { method: "POST", path: "/v1/rooms/login/start", access: "device" },
  roomLoginFinish: { method: "POST", path: "/v1/rooms/login/finish", access: "device" },
  groupInfo: { method: "POST", path: "/v1/groups/:group/info", access: "device" },
  putGroupInfo: { method: "PUT", path: "/v1/groups/:group/info", access: "device" },
  createBlob: { method: "PUT", path: "/v1/blobs/:blob", access: "device" },
  blobStatus: { method: "GET", path: "/v1/blobs/:blob", access: "device" },
  putParcel: { method: "PUT", path: "/v1/blobs/:blob/:leaf", access: "device" },
  getParcel: { method: "GET", path: "/v1/blobs/:blob/:leaf", access: "device" },
  keepParcel: { method: "POST", path: "/v1/blobs/:blob/:leaf/keep", access: "device" },
  blobDone: { method: "DELETE", path: "/v1/blobs/:blob", access: "device" },
  socket: { method: "GET", path: "/v1/socket", access: "open" },
} as const;

export type RouteName = keyof typeof ROUTES;
