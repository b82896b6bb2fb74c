/** Key packages (RFC 9420 §10): making our own, and every check of a foreign one. */
import {
  bytesEqual,
  bytesOf,
  bytesUpTo,
  codecOf,
  encodeCredential,
  toHex,
  tuple,
  uint,
} from "@sotto/protocol";
import type { Capabilities } from "ts-mls/capabilities.js";
import type { Extension } from "ts-mls/extension.js";
import { extensionsSupportedByCapabilities } from "ts-mls/extension.js";
import type { KeyPackage, PrivateKeyPackage } from "ts-mls/keyPackage.js";
import { generateKeyPackageWithKey, makeKeyPackageRef, verifyKeyPackage } from "ts-mls/keyPackage.js";
import type { LeafNode } from "ts-mls/leafNode.js";
import { verifyLeafNodeSignatureKeyPackage } from "ts-mls/leafNode.js";
import type { Lifetime } from "ts-mls/lifetime.js";
import { APP_DATA_EXTENSION } from "./tsMlsAppData.ts";
import { memberOf } from "./tsMlsAuth.ts";
import { decodeMessage, encodeMessage } from "./tsMlsCodec.ts";
import type { MlsContext } from "./tsMlsContext.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { suiteIdOf, suiteNameOf } from "./tsMlsSuite.ts";
import type { DeviceIdentity, KeyPackageBundle, Member, SuiteId } from "./port.ts";
import { MlsInputError } from "./port.ts";

/** Our private extension of GroupInfo (RFC 9420 §17.3, private use): bytes from the committer for those who join. */
export const JOINER_INFO_EXTENSION = 0xf001;

/** A longer total lifetime is refused (RFC 9420 §7.2 asks for a maximum): a last-resort package may lie for a year. */
const MAX_LIFETIME_DAYS = 366;

/** Entries of one list in a leaf or key package, and bytes of its extensions together: every tree carries a leaf from then on. */
const MAX_LIST_ENTRIES = 256;
const MAX_EXTENSION_BYTES = 4096;

/** Clocks differ by at most this: a package is valid from so long before it was made. */
const CLOCK_ERROR_MS = 24 * 60 * 60 * 1000;
const DAY_SECONDS = 24 * 60 * 60;

const CAPABILITIES: Capabilities = {
  versions: ["mls10"],
  ciphersuites: [suiteNameOf(83), suiteNameOf(1)],
  extensions: [JOINER_INFO_EXTENSION, APP_DATA_EXTENSION],
  proposals: [],
  credentials: ["basic"],
};

const FORMAT = 1;
const privateCodec = codecOf(tuple(uint(255), uint(0xffff), bytesUpTo(4096), bytesUpTo(4096), bytesOf(32)));

/** A fresh package of the device and its private keys. */
export async function generateKeyPackage(
  { suite }: MlsContext,
  device: DeviceIdentity,
  id: SuiteId,
  nowMs: number,
  lifetimeDays: number,
): Promise<{ readonly publicPackage: KeyPackage; readonly privatePackage: PrivateKeyPackage }> {
  return generateKeyPackageWithKey(
    { credentialType: "basic", identity: encodeCredential(device.credential) },
    CAPABILITIES,
    lifetimeFrom(nowMs, lifetimeDays),
    [],
    { signKey: device.leafPrivateKey.slice(), publicKey: device.leafPublicKey.slice() },
    suite(id).impl,
  );
}

/** The package in the form of the port. */
export async function bundleOf(
  { suite }: MlsContext,
  id: SuiteId,
  publicPackage: KeyPackage,
  privatePackage: PrivateKeyPackage,
): Promise<KeyPackageBundle> {
  return {
    ref: toHex(await makeKeyPackageRef(publicPackage, suite(id).impl.hash)),
    publicBytes: encodeMessage({
      version: "mls10",
      wireformat: "mls_key_package",
      keyPackage: publicPackage,
    }),
    privateBytes: privateCodec.encode([
      FORMAT,
      id,
      privatePackage.initPrivateKey,
      privatePackage.hpkePrivateKey,
      privatePackage.signaturePrivateKey,
    ]),
  };
}

/** The private keys of a bundle. Throws {@link MlsInputError} `damagedState`. */
export function decodePrivateBytes(bytes: Uint8Array): PrivateKeyPackage {
  const fields = privateCodec.decode(bytes);
  if (fields === undefined || fields[0] !== FORMAT)
    throw new MlsInputError("damagedState", "private key package");
  return { initPrivateKey: fields[2], hpkePrivateKey: fields[3], signaturePrivateKey: fields[4] };
}

/** Decodes only. Throws {@link MlsInputError} `malformed`. */
export function decodeKeyPackageMessage(bytes: Uint8Array, { guards }: MlsContext): KeyPackage {
  const message = decodeMessage(bytes, guards);
  if (message.wireformat !== "mls_key_package") throw new MlsInputError("malformed", "not a key package");
  return message.keyPackage;
}

/** All checks of RFC 9420 §10.1 and §7.3 by the one who adds, lifetime included. Throws {@link MlsInputError}. */
export async function checkForeignKeyPackage(
  context: MlsContext,
  keyPackage: KeyPackage,
  nowMs: number,
): Promise<Member & { readonly suite: SuiteId }> {
  const suite = suiteIdOf(keyPackage.cipherSuite);
  if (suite === undefined) throw new MlsInputError("unsupported", "cipher suite");
  const fault = await keyPackageFault(context, context.suite(suite), keyPackage);
  if (fault !== undefined) throw new MlsInputError("invalid", fault);
  if (context.guards(6)) checkLifetime(keyPackage.leafNode.lifetime, nowMs);
  return { ...memberOf(0, keyPackage.leafNode), suite };
}

/**
 * What is wrong with an added key package, or `undefined`. Depends on its bytes alone, so that all members judge an Add alike; lifetimes
 * are therefore not looked at.
 */
export async function keyPackageFault(
  context: MlsContext,
  suite: Suite,
  keyPackage: KeyPackage,
): Promise<string | undefined> {
  const { impl } = suite;
  const { leafNode } = keyPackage;
  if (keyPackage.cipherSuite !== impl.name) return "key package of another cipher suite";
  if (keyPackage.version !== "mls10") return "key package of another version";
  const tooLarge = sizeFault(leafNode) ?? extensionsSizeFault(keyPackage.extensions);
  if (tooLarge !== undefined) return tooLarge;
  if (!(await verifyLeafNodeSignatureKeyPackage(leafNode, impl.signature))) return "leaf signature";
  if (!(await verifyKeyPackage(keyPackage, impl.signature))) return "key package signature";
  if (bytesEqual(keyPackage.initKey, leafNode.hpkePublicKey)) return "init key equals encryption key";
  if (!(await suite.isUsableHpkeKey(keyPackage.initKey))) return "init key";
  if (!extensionsSupportedByCapabilities(keyPackage.extensions, leafNode.capabilities))
    return "unsupported extension";
  return leafFault(context, suite, leafNode);
}

/** What is wrong with a leaf whatever its source (RFC 9420 §7.3), its signature apart. */
export async function leafFault(
  { config, rules }: MlsContext,
  suite: Suite,
  leaf: LeafNode,
): Promise<string | undefined> {
  const { capabilities, credential } = leaf;
  const tooLarge = sizeFault(leaf);
  if (tooLarge !== undefined) return tooLarge;
  const capable =
    capabilities.versions.includes("mls10") &&
    capabilities.ciphersuites.includes(suite.impl.name) &&
    capabilities.credentials.includes(rules === "house" ? "basic" : credential.credentialType) &&
    (rules === "rfc" || capabilities.extensions.includes(APP_DATA_EXTENSION));
  if (!capable) return "leaf lacks a required capability";
  if (!extensionsSupportedByCapabilities(leaf.extensions, capabilities)) return "unsupported extension";
  if (!(await config.authService.validateCredential(credential, leaf.signaturePublicKey)))
    return "credential";
  return (await suite.isUsableHpkeKey(leaf.hpkePublicKey)) ? undefined : "encryption key";
}

function sizeFault({ capabilities, extensions }: LeafNode): string | undefined {
  const { versions, ciphersuites, extensions: types, proposals, credentials } = capabilities;
  const lists = [versions, ciphersuites, types, proposals, credentials];
  return lists.some(({ length }) => length > MAX_LIST_ENTRIES)
    ? "too many capabilities"
    : extensionsSizeFault(extensions);
}

function extensionsSizeFault(extensions: readonly Extension[]): string | undefined {
  const bytes = extensions.reduce((sum, { extensionData }) => sum + extensionData.length, 0);
  return extensions.length > MAX_LIST_ENTRIES || bytes > MAX_EXTENSION_BYTES
    ? "too many extensions"
    : undefined;
}

function lifetimeFrom(nowMs: number, days: number): Lifetime {
  if (!(days > 0 && days < MAX_LIFETIME_DAYS)) throw new RangeError("lifetime in days");
  const notBefore = BigInt(Math.floor((nowMs - CLOCK_ERROR_MS) / 1000));
  return { notBefore, notAfter: BigInt(Math.floor(nowMs / 1000) + Math.floor(days * DAY_SECONDS)) };
}

function checkLifetime({ notBefore, notAfter }: Lifetime, nowMs: number): void {
  const now = BigInt(Math.floor(nowMs / 1000));
  if (now < notBefore || now > notAfter) throw new MlsInputError("expired", "outside its lifetime");
  if (notAfter - notBefore > BigInt((MAX_LIFETIME_DAYS + 1) * DAY_SECONDS))
    throw new MlsInputError("invalid", "lifetime too long");
}
