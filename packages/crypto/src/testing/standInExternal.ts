/** The stand-in's group infos and external commits. Whoever has a group info could compute the next key: no test here does. */
import type { GroupId, ShapeOf } from "@sotto/protocol";
import {
  arrayOf,
  bytesEqual,
  bytesOf,
  bytesUpTo,
  codecOf,
  encodeCredential,
  idBytes,
  idOf,
  ID_BYTES,
  nullable,
  textUpTo,
  tuple,
  uint,
} from "@sotto/protocol";
import type {
  DeviceIdentity,
  EpochChange,
  ExternalCommit,
  ExternalIntent,
  HandshakeExpectation,
  InspectedGroupInfo,
  KnownPsk,
  Member,
} from "../mls/port.ts";
import { MlsInputError, OTHER_PREDECESSOR } from "../mls/port.ts";
import type { RandomBytes } from "../provider/port.ts";
import type { StandInOutcome } from "./standInCommit.ts";
import { tagOfKey } from "./standInMessage.ts";
import { mixPsks, pskFault, usablePsks } from "./standInPsk.ts";
import { changeOf, entered, nextRoster } from "./standInRoster.ts";
import { mix } from "./standInSeal.ts";
import type { StandInState } from "./standInState.ts";
import {
  appDataShape,
  freshEpoch,
  memberFields,
  memberOfFields,
  memberShape,
  membersShape,
  NO_HANDSHAKES,
  standInDelta,
  standInStateOf,
} from "./standInState.ts";

/** First fields, different from those of other bytes. */
const GROUP_INFO = 4;
const EXTERNAL = 5;
const MAX_BYTES = 2 * 1024 * 1024;

/** Group, suite, epoch, members, leaf of the signer, joiner info, app data, external key. */
const infoShape = tuple(
  bytesOf(ID_BYTES),
  uint(0xffff),
  uint(),
  membersShape,
  uint(),
  bytesUpTo(MAX_BYTES),
  appDataShape,
  bytesOf(32),
);
const infoBodyCodec = codecOf(infoShape);
const infoCodec = codecOf(tuple(uint(255), infoShape, bytesOf(32)));
/** Group, epoch, authenticated data, random id, joiner, leaf removed, ids of pre-shared keys, tag of the next key. */
const externalShape = tuple(
  uint(255),
  bytesOf(ID_BYTES),
  uint(),
  bytesUpTo(4096),
  bytesOf(ID_BYTES),
  memberShape,
  nullable(uint()),
  arrayOf(bytesUpTo(255), 255),
  bytesOf(16),
);
const externalCodec = codecOf(externalShape);
const pendingCodec = codecOf(
  tuple(uint(255), arrayOf(tuple(textUpTo(64), bytesUpTo(MAX_BYTES)), 8192), nullable(memberShape)),
);

export function makeGroupInfo(
  { id, suite, ownLeaf, current }: StandInState,
  joinerInfo: Uint8Array,
): Uint8Array {
  const { number, key, members, appData } = current;
  const body: ShapeOf<typeof infoShape> = [
    idBytes(id),
    suite,
    number,
    members.map(memberFields),
    ownLeaf,
    joinerInfo,
    appData,
    mix("external", key),
  ];
  return infoCodec.encode([GROUP_INFO, body, mix("group info", infoBodyCodec.encode(body))]);
}

interface GroupInfo extends InspectedGroupInfo {
  readonly externalKey: Uint8Array;
}

/** Throws {@link MlsInputError}. */
export function readGroupInfo(bytes: Uint8Array): GroupInfo {
  const fields = infoCodec.decode(bytes);
  if (fields === undefined || fields[0] !== GROUP_INFO) throw new MlsInputError("malformed", "group info");
  const [, body, signature] = fields;
  const [group, suite, epoch, list, signerLeaf, joinerInfo, appData, externalKey] = body;
  if (suite !== 1 && suite !== 83) throw new MlsInputError("unsupported", "cipher suite");
  const members = list.map(memberOfFields);
  const signer = members.find(({ leaf }) => leaf === signerLeaf);
  if (signer === undefined || !bytesEqual(signature, mix("group info", infoBodyCodec.encode(body))))
    throw new MlsInputError("invalid", "group info");
  return { id: idOf(group), suite, epoch, members, signer, joinerInfo, appData, externalKey };
}

/** Throws {@link MlsInputError}. */
export function makeExternal(
  random: RandomBytes,
  bytes: Uint8Array,
  { credential, leafPublicKey }: DeviceIdentity,
  { authenticatedData, psks: known }: ExternalIntent,
): ExternalCommit {
  const info = readGroupInfo(bytes);
  const psks = usablePsks(known);
  const former = info.members.find((member) => member.credential.device === credential.device);
  if (former !== undefined && former.credential.account !== credential.account)
    throw new MlsInputError("invalid", "the device's former leaf is another's");
  const joiner = [0, encodeCredential(credential), leafPublicKey] as const;
  const roster = nextRoster(info, former === undefined ? [] : [former.leaf], [joiner]);
  const [leaf] = roster?.added ?? [];
  if (roster === undefined || leaf === undefined) throw new MlsInputError("invalid", "roster");
  const commitId = random(ID_BYTES);
  const key = nextKey(info.externalKey, commitId, psks, info.appData);
  const state: StandInState = {
    id: info.id,
    suite: info.suite,
    ownLeaf: leaf,
    active: true,
    current: freshEpoch(info.epoch + 1, key, roster.members, info.appData),
    past: undefined,
    ...NO_HANDSHAKES,
  };
  return {
    id: info.id,
    handshake: externalCodec.encode([
      EXTERNAL,
      idBytes(info.id),
      info.epoch,
      authenticatedData,
      commitId,
      joiner,
      former?.leaf ?? null,
      psks.map(({ id }) => id),
      tagOfKey(key),
    ]),
    pending: pendingCodec.encode([
      EXTERNAL,
      [...standInDelta(undefined, state).put],
      former === undefined ? null : memberFields(former),
    ]),
  };
}

/** Throws {@link MlsInputError} `damagedState`. */
export function adoptExternal(pending: Uint8Array): { state: StandInState; change: EpochChange } {
  const fields = pendingCodec.decode(pending);
  if (fields === undefined || fields[0] !== EXTERNAL)
    throw new MlsInputError("damagedState", "pending external commit");
  const state = standInStateOf(new Map(fields[1]));
  const joiner = state.current.members.filter(({ leaf }) => leaf === state.ownLeaf);
  const removed = fields[2] === null ? [] : [memberOfFields(fields[2])];
  return {
    state,
    change: { committer: joiner[0] ?? null, added: joiner, removed, left: [], external: true },
  };
}

/** `undefined` for bytes that are no external commit. */
export function judgeExternal(
  state: StandInState,
  handshake: Uint8Array,
  { authenticatedData, psks: known = [] }: HandshakeExpectation,
): StandInOutcome | undefined {
  const fields = externalCodec.decode(handshake);
  if (fields === undefined || fields[0] !== EXTERNAL) return undefined;
  const [, group, epoch, data, commitId, joiner, formerLeaf, pskIds, tag] = fields;
  const refused = (reason: string): StandInOutcome => ({ kind: "refused", state, reason });
  if (idOf<GroupId>(group) !== state.id) return refused("another group");
  if (epoch !== state.current.number) return refused("another epoch");
  if (!bytesEqual(data, authenticatedData)) return refused(OTHER_PREDECESSOR);
  const { device, account } = memberOfFields(joiner).credential;
  const isOwn = ({ leaf, credential }: Member): boolean =>
    leaf === formerLeaf && credential.device === device && credential.account === account;
  if (formerLeaf !== null && !state.current.members.some(isOwn))
    return refused("external commit removes another device");
  const pskProblem = pskFault(known, pskIds);
  if (pskProblem !== undefined) return refused(pskProblem);
  const psks = pskIds.flatMap((id) => known.find((psk) => bytesEqual(psk.id, id)) ?? []);
  const removed = formerLeaf === null ? [] : [formerLeaf];
  const roster = nextRoster(state.current, removed, [joiner]);
  const [leaf] = roster?.added ?? [];
  if (roster === undefined || leaf === undefined) return refused("invalid commit");
  const isRemoved = removed.includes(state.ownLeaf);
  const { appData } = state.current;
  const { members, added } = roster;
  const leaves = { committer: leaf, added, removed, left: [], external: true };
  if (!isRemoved && psks.some(({ secret }) => secret === null)) {
    const effect = { change: changeOf(state, members, leaves), members, appData, without: state };
    return { kind: "undecided", reason: "a pre-shared key is missing", effect };
  }
  const key = nextKey(mix("external", state.current.key), commitId, psks, appData);
  if (!isRemoved && !bytesEqual(tagOfKey(key), tag)) return refused("confirmation tag");
  const next = freshEpoch(epoch + 1, key, members, appData);
  return { kind: "applied", ...entered(state, next, leaves), without: state };
}

function nextKey(
  externalKey: Uint8Array,
  commitId: Uint8Array,
  psks: readonly KnownPsk[],
  appData: Uint8Array | null,
): Uint8Array {
  return mix("external epoch", externalKey, commitId, mixPsks(psks), appData ?? new Uint8Array());
}
