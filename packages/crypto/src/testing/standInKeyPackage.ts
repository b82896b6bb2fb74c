/** The stand-in's key packages and Welcomes: a Welcome opens only with the private half of a package that it names. */
import type { Credential } from "@sotto/protocol";
import {
  arrayOf,
  bytesEqual,
  bytesOf,
  bytesUpTo,
  codecOf,
  encodeCredential,
  idBytes,
  ID_BYTES,
  parseCredential,
  toHex,
  tuple,
  uint,
} from "@sotto/protocol";
import type { DeviceIdentity, KeyPackageBundle, KnownPsk, Member, SuiteId } from "../mls/port.ts";
import { MlsInputError } from "../mls/port.ts";
import type { RandomBytes } from "../provider/port.ts";
import { mixPsks } from "./standInPsk.ts";
import { mix, toyOpen, toySeal } from "./standInSeal.ts";
import type { StandInState } from "./standInState.ts";
import { appDataShape, memberFields, memberOfFields, membersShape } from "./standInState.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const INIT_BYTES = 32;
/** First fields, different from those of messages. */
const KEY_PACKAGE = 2;
const WELCOME = 3;

/** Suite, credential, leaf key, init key, not before and not after in milliseconds. */
const packageCodec = codecOf(
  tuple(uint(255), uint(0xffff), bytesUpTo(512), bytesOf(32), bytesOf(INIT_BYTES), uint(), uint()),
);

export interface StandInKeyPackage {
  readonly ref: string;
  readonly suite: SuiteId;
  readonly credential: Credential;
  readonly leafKey: Uint8Array;
  readonly initKey: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export function makeBundle(
  random: RandomBytes,
  device: DeviceIdentity,
  suite: SuiteId,
  nowMs: number,
  lifetimeDays: number,
): KeyPackageBundle {
  const privateBytes = random(INIT_BYTES);
  const publicBytes = packageCodec.encode([
    KEY_PACKAGE,
    suite,
    encodeCredential(device.credential),
    device.leafPublicKey,
    mix("init", privateBytes),
    Math.max(0, nowMs - DAY_MS),
    nowMs + lifetimeDays * DAY_MS,
  ]);
  return { ref: refOf(publicBytes), publicBytes, privateBytes };
}

/** Throws {@link MlsInputError} `malformed`. Nothing is signed here: the credential is taken at its word. */
function parseKeyPackage(bytes: Uint8Array): StandInKeyPackage {
  const fields = packageCodec.decode(bytes);
  const credential = fields && parseCredential(fields[2]);
  if (fields === undefined || fields[0] !== KEY_PACKAGE || credential === undefined)
    throw new MlsInputError("malformed", "key package");
  const [, suite, , leafKey, initKey, notBeforeMs, notAfterMs] = fields;
  if (suite !== 1 && suite !== 83) throw new MlsInputError("unsupported", "cipher suite");
  return { ref: refOf(bytes), suite, credential, leafKey, initKey, notBeforeMs, notAfterMs };
}

/** The adder's look at a package. Throws {@link MlsInputError}. */
export function inspect(bytes: Uint8Array, nowMs: number): StandInKeyPackage {
  const keyPackage = parseKeyPackage(bytes);
  if (nowMs < keyPackage.notBeforeMs || nowMs > keyPackage.notAfterMs)
    throw new MlsInputError("expired", "outside its lifetime");
  return keyPackage;
}

/** What a Welcome tells: the new epoch. */
export interface WelcomeBody {
  readonly group: Uint8Array;
  readonly suite: number;
  readonly epoch: number;
  readonly members: readonly Member[];
  readonly signer: number;
  readonly joinerInfo: Uint8Array;
  readonly appData: Uint8Array | null;
}

const MAX_BYTES = 2 * 1024 * 1024;
const bodyCodec = codecOf(
  tuple(bytesOf(ID_BYTES), uint(0xffff), uint(), membersShape, uint(), bytesUpTo(MAX_BYTES), appDataShape),
);
const welcomeCodec = codecOf(
  tuple(
    uint(255),
    arrayOf(tuple(bytesOf(32), bytesUpTo(128)), 4096),
    bytesUpTo(MAX_BYTES),
    arrayOf(bytesUpTo(255), 255),
  ),
);

/** The Welcome of the state's current epoch for these packages. */
export function makeWelcome(
  next: StandInState,
  joiners: readonly StandInKeyPackage[],
  joinerInfo: Uint8Array,
  psks: readonly KnownPsk[],
): Uint8Array {
  const { current } = next;
  const body = bodyCodec.encode([
    idBytes(next.id),
    next.suite,
    current.number,
    current.members.map(memberFields),
    next.ownLeaf,
    joinerInfo,
    current.appData,
  ]);
  const sealed = toySeal(mix("welcome", current.key, mixPsks(psks)), new Uint8Array(), body);
  const secrets = joiners.map(({ ref, initKey }): [Uint8Array, Uint8Array] => {
    const refBytes = Uint8Array.from(ref.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return [refBytes, toySeal(mix("joiner", initKey), refBytes, current.key)];
  });
  return welcomeCodec.encode([WELCOME, secrets, sealed, psks.map(({ id }) => id)]);
}

/** Throws {@link MlsInputError} `malformed`. */
export function welcomeRefs(bytes: Uint8Array): readonly string[] {
  return parseWelcome(bytes).secrets.map(([ref]) => toHex(ref));
}

/** Throws {@link MlsInputError}. */
export function welcomePsks(bytes: Uint8Array, bundles: readonly KeyPackageBundle[]): readonly Uint8Array[] {
  const { secrets, pskIds } = parseWelcome(bytes);
  if (!bundles.some(({ ref }) => secrets.some(([other]) => toHex(other) === ref)))
    throw new MlsInputError("noKeyPackage", "the Welcome names none of the key packages");
  return pskIds;
}

/** The epoch key and body for one of the bundles. Throws {@link MlsInputError}. */
export function openWelcome(
  bytes: Uint8Array,
  bundles: readonly KeyPackageBundle[],
  known: readonly KnownPsk[],
): { readonly bundle: KeyPackageBundle; readonly key: Uint8Array; readonly body: WelcomeBody } {
  const { secrets, sealed, pskIds } = parseWelcome(bytes);
  const bundle = bundles.find(({ ref }) => secrets.some(([other]) => toHex(other) === ref));
  const secret = secrets.find(([ref]) => toHex(ref) === bundle?.ref);
  if (bundle === undefined || secret === undefined)
    throw new MlsInputError("noKeyPackage", "the Welcome names none of the key packages");
  const { initKey } = parseKeyPackage(bundle.publicBytes);
  const matches = bytesEqual(mix("init", bundle.privateBytes), initKey);
  const key = matches ? toyOpen(mix("joiner", initKey), secret[0], secret[1]) : undefined;
  const psks = pskIds.flatMap((id) => known.find((psk) => psk.secret && bytesEqual(psk.id, id)) ?? []);
  const opened = key && toyOpen(mix("welcome", key, mixPsks(psks)), new Uint8Array(), sealed);
  const fields = opened && bodyCodec.decode(opened);
  if (key === undefined || fields === undefined) throw new MlsInputError("invalid", "Welcome");
  const [group, suite, epoch, members, signer, joinerInfo, appData] = fields;
  return {
    bundle,
    key,
    body: { group, suite, epoch, members: members.map(memberOfFields), signer, joinerInfo, appData },
  };
}

function parseWelcome(bytes: Uint8Array): {
  readonly secrets: readonly (readonly [Uint8Array, Uint8Array])[];
  readonly sealed: Uint8Array;
  readonly pskIds: readonly Uint8Array[];
} {
  const fields = welcomeCodec.decode(bytes);
  if (fields === undefined || fields[0] !== WELCOME) throw new MlsInputError("malformed", "Welcome");
  return { secrets: fields[1], sealed: fields[2], pskIds: fields[3] };
}

function refOf(publicBytes: Uint8Array): string {
  return toHex(mix("ref", publicBytes));
}
