/** The stand-in's group state and its stored parts: same names, same rewriting as the real engine's, so that storage is tested alike. */
import {
  arrayOf,
  bool,
  bytesOf,
  bytesUpTo,
  codecOf,
  encodeCredential,
  ID_BYTES,
  idBytes,
  idOf,
  MAX_APP_DATA_BYTES,
  nullable,
  parseCredential,
  tuple,
  uint,
} from "@sotto/protocol";
import type { GroupId, ShapeOf } from "@sotto/protocol";
import type { GroupDelta, Member, SuiteId } from "../mls/port.ts";
import { MlsInputError } from "../mls/port.ts";
import type { Generations, SenderRatchets } from "./standInRatchet.ts";
import { FRESH_RATCHETS } from "./standInRatchet.ts";

export interface StandInEpoch {
  readonly number: number;
  readonly key: Uint8Array;
  readonly members: readonly Member[];
  readonly appData: Uint8Array | null;
  /** By leaf. */
  readonly ratchets: readonly (SenderRatchets | undefined)[];
}

export interface StandInState {
  readonly id: GroupId;
  readonly suite: SuiteId;
  readonly ownLeaf: number;
  readonly active: boolean;
  readonly current: StandInEpoch;
  readonly past: StandInEpoch | undefined;
  /** Of the current epoch: who asked to leave. */
  readonly noted: readonly StandInLeave[];
  /** Of the current epoch: digests of the authenticated data of own handshakes. */
  readonly sent: readonly Uint8Array[];
}

/** A request to leave that waits for a commit. */
export interface StandInLeave {
  readonly leaf: number;
  readonly reference: Uint8Array;
}

const MAX_LEAVES = 4096;
const generations = tuple(uint(), arrayOf(uint(), 1000));
const ratchetCodec = codecOf(tuple(generations, generations));
const headCodec = codecOf(
  tuple(bytesOf(ID_BYTES), uint(0xffff), uint(), bool, uint(), nullable(uint()), bool),
);
const handshakesCodec = codecOf(
  tuple(arrayOf(tuple(uint(), bytesOf(ID_BYTES)), MAX_LEAVES), arrayOf(bytesOf(32), 65_536)),
);

/** One leaf: index, credential, leaf key. */
export const memberShape = tuple(uint(), bytesUpTo(512), bytesOf(32));
export const membersShape = arrayOf(memberShape, MAX_LEAVES);
export const appDataShape = nullable(bytesUpTo(MAX_APP_DATA_BYTES));
const epochCodec = codecOf(tuple(uint(), bytesOf(32), membersShape, appDataShape));

/** An epoch without handshakes yet. */
export const NO_HANDSHAKES: Pick<StandInState, "noted" | "sent"> = { noted: [], sent: [] };

/** An epoch that nobody has sent in yet. */
export function freshEpoch(
  number: number,
  key: Uint8Array,
  members: readonly Member[],
  appData: Uint8Array | null,
): StandInEpoch {
  const ratchets: SenderRatchets[] = [];
  for (const { leaf } of members) ratchets[leaf] = FRESH_RATCHETS;
  return { number, key, members, appData, ratchets };
}

/** A copy. Throws {@link MlsInputError} `invalid` above {@link MAX_APP_DATA_BYTES}. */
export function checkedAppData(appData: Uint8Array): Uint8Array {
  if (appData.length > MAX_APP_DATA_BYTES) throw new MlsInputError("invalid", "app data is too large");
  return appData.slice();
}

export function memberFields({ leaf, credential, leafKey }: Member): ShapeOf<typeof memberShape> {
  return [leaf, encodeCredential(credential), leafKey];
}

/** Throws {@link MlsInputError} `invalid` for what is no credential. */
export function memberOfFields([leaf, identity, leafKey]: ShapeOf<typeof memberShape>): Member {
  const credential = parseCredential(identity);
  if (credential === undefined) throw new MlsInputError("invalid", "credential");
  return { leaf, credential, leafKey };
}

export function encodeEpochPart(epoch: StandInEpoch): Uint8Array {
  return epochCodec.encode([epoch.number, epoch.key, epoch.members.map(memberFields), epoch.appData]);
}

/** The epoch with all ratchets fresh: stored ones lie in parts of their own. */
export function decodeEpochPart(bytes: Uint8Array): StandInEpoch | undefined {
  const fields = epochCodec.decode(bytes);
  return fields && freshEpoch(fields[0], fields[1], fields[2].map(memberOfFields), fields[3]);
}

/** The records that turn the stored `before` into `after`. */
export function standInDelta(before: StandInState | undefined, after: StandInState): GroupDelta {
  const put = new Map<string, Uint8Array>();
  const drop: string[] = [];
  const head = headOf(after);
  if (before === undefined || headOf(before).some((field, i) => field !== head[i])) {
    put.set("head", headCodec.encode([idBytes(after.id), ...head]));
  }
  if (hasHandshakes(after)) {
    if (before?.noted !== after.noted || before.sent !== after.sent)
      put.set("handshakes", encodeHandshakes(after));
  } else if (before !== undefined && hasHandshakes(before)) drop.push("handshakes");
  const known = epochsOf(before);
  const kept = epochsOf(after);
  for (const epoch of kept) {
    const old = known.find(({ number }) => number === epoch.number);
    if (old?.members !== epoch.members || old.key !== epoch.key)
      put.set(`epoch/${epoch.number}`, encodeEpochPart(epoch));
    for (const { leaf } of epoch.members) {
      const ratchets = epoch.ratchets[leaf];
      if (ratchets !== undefined && ratchets !== old?.ratchets[leaf])
        put.set(ratchetName(epoch, leaf), encodeRatchets(ratchets));
    }
    for (const { leaf } of old?.members ?? [])
      if (epoch.ratchets[leaf] === undefined) drop.push(ratchetName(epoch, leaf));
  }
  for (const epoch of known) {
    if (kept.some(({ number }) => number === epoch.number)) continue;
    drop.push(`epoch/${epoch.number}`, ...epoch.members.map(({ leaf }) => ratchetName(epoch, leaf)));
  }
  return { put, drop };
}

/** Throws {@link MlsInputError} `damagedState`. */
export function standInStateOf(parts: ReadonlyMap<string, Uint8Array>): StandInState {
  const head = headCodec.decode(parts.get("head") ?? new Uint8Array());
  const [id, suite, ownLeaf, active, number, pastNumber, withHandshakes] = head ?? [];
  const current = epochOfParts(parts, number, active === true);
  const past = pastNumber === null ? undefined : epochOfParts(parts, pastNumber, true);
  const handshakes = withHandshakes === true ? handshakesOfPart(parts.get("handshakes")) : NO_HANDSHAKES;
  const complete = current !== undefined && (past === undefined) === (pastNumber === null);
  if (
    id === undefined ||
    ownLeaf === undefined ||
    active === undefined ||
    handshakes === undefined ||
    !complete ||
    (suite !== 1 && suite !== 83)
  )
    throw new MlsInputError("damagedState", "parts");
  return { id: idOf(id), suite, ownLeaf, active, current, past, ...handshakes };
}

function epochOfParts(
  parts: ReadonlyMap<string, Uint8Array>,
  number: number | null | undefined,
  withRatchets: boolean,
): StandInEpoch | undefined {
  const epoch = decodeEpochPart(parts.get(`epoch/${number}`) ?? new Uint8Array());
  if (epoch === undefined) return undefined;
  const ratchets: SenderRatchets[] = [];
  for (const { leaf } of withRatchets ? epoch.members : []) {
    const stored = ratchetsOfPart(parts.get(ratchetName(epoch, leaf)));
    if (stored === undefined) return undefined;
    ratchets[leaf] = stored;
  }
  return { ...epoch, ratchets };
}

function headOf(state: StandInState): [number, number, boolean, number, number | null, boolean] {
  const { suite, ownLeaf, active, current, past } = state;
  return [suite, ownLeaf, active, current.number, past?.number ?? null, hasHandshakes(state)];
}

function hasHandshakes({ noted, sent }: StandInState): boolean {
  return noted.length > 0 || sent.length > 0;
}

function encodeHandshakes({ noted, sent }: StandInState): Uint8Array {
  return handshakesCodec.encode([noted.map(({ leaf, reference }) => [leaf, reference]), sent]);
}

function handshakesOfPart(bytes: Uint8Array | undefined): Pick<StandInState, "noted" | "sent"> | undefined {
  const fields = bytes && handshakesCodec.decode(bytes);
  return fields && { noted: fields[0].map(([leaf, reference]) => ({ leaf, reference })), sent: fields[1] };
}

function epochsOf(state: StandInState | undefined): readonly StandInEpoch[] {
  return state === undefined ? [] : [state.current, state.past].filter((epoch) => epoch !== undefined);
}

function ratchetName(epoch: StandInEpoch, leaf: number): string {
  return `ratchet/${epoch.number}/${leaf}`;
}

function encodeRatchets({ application, handshake }: SenderRatchets): Uint8Array {
  const fields = ({ next, unused }: Generations): [number, readonly number[]] => [next, unused];
  return ratchetCodec.encode([fields(application), fields(handshake)]);
}

function ratchetsOfPart(bytes: Uint8Array | undefined): SenderRatchets | undefined {
  const fields = bytes && ratchetCodec.decode(bytes);
  if (fields === undefined) return undefined;
  const [application, handshake] = fields.map(([next, unused]) => ({ next, unused })) as [
    Generations,
    Generations,
  ];
  return { application, handshake };
}
