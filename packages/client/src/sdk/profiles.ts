/**
 * Profiles on this device: the own one on its way to the server, and those of others from there, opened with the keys that the engine has been told
 * (PRO-3). Names are in memory for views; pictures are read when they are drawn.
 */
import type { CryptoProvider } from "@sotto/crypto";
import { openProfile, sealProfile } from "@sotto/crypto";
import type { AccountId, Profile } from "@sotto/protocol";
import {
  PROFILE_KEY_BYTES,
  bytesEqual,
  cleanBio,
  cleanDisplayName,
  fromBase64Url,
  toBase64Url,
} from "@sotto/protocol";
import type { Face, OwnProfile, ProfileChange } from "../api.ts";
import type { ClientEvent } from "../engine/contract.ts";
import type { Engine } from "../engine/index.ts";
import { isProfileKeyStale } from "../engine/profiles.ts";
import type { ProfileRecord } from "../engine/records/profileView.ts";
import { decodeProfileRecord, encodeProfileRecord } from "../engine/records/profileView.ts";
import { TABLE } from "../engine/records/table.ts";
import type { LocalStore, StoreWrite } from "../ports/store.ts";
import type { ServerApi } from "../http/serverApi.ts";
import { sottoError } from "./messages.ts";
import { givenPicture, takenPicture } from "./profilePicture.ts";

export interface ProfilesOptions {
  readonly crypto: CryptoProvider;
  readonly store: LocalStore;
  readonly account: AccountId;
  /** Of the session of the moment. */
  readonly engine: () => Engine;
  readonly api: () => ServerApi;
  readonly token: () => Uint8Array;
  /** The profile of that version is at the server under this key. */
  readonly announce: (version: number, key: Uint8Array) => Promise<unknown>;
  readonly tell: (event: ClientEvent) => void;
  readonly nowMs: () => number;
}

export interface Profiles {
  readonly own: OwnProfile;
  /** Resolves when it is stored here. Rejects with `badProfile`, `badPicture`, or as the store does. */
  set(change: ProfileChange): Promise<void>;
  /** Of anybody, the own account included; nothing is known of most. */
  face(account: AccountId): Face;
  bio(account: AccountId): string;
  picture(account: AccountId): Promise<Uint8Array | undefined>;
  /** Something may be due: the connection is back, or a key is new. Requests while work is under way count as one. */
  request(): void;
  /** What could not be had is tried again at the next request. */
  forgetFailures(): void;
  /** Resolves when no work is under way. */
  settled(): Promise<void>;
}

const NONE: ProfileRecord = { version: 0, name: "", bio: "", picture: 0, pending: false };

/** The profiles of a store. One that cannot be read is none, and is fetched again. */
export async function readProfiles(options: ProfilesOptions): Promise<Profiles> {
  const { crypto, store, account: own, engine, api, tell } = options;
  const records = new Map<AccountId, ProfileRecord>();
  for (const [account, bytes] of await store.load(TABLE.profile)) {
    const record = decodeProfileRecord(bytes);
    if (record !== undefined) records.set(account as AccountId, record);
  }
  /** Versions that could not be had. */
  const failed = new Map<AccountId, number>();
  let running: Promise<void> | undefined;
  let again = false;
  /** Changes of the own profile, one behind the other. */
  let changing: Promise<unknown> = Promise.resolve();
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const changed = changing.then(change);
    changing = changed.catch(() => {});
    return changed;
  };

  const recordOf = (account: AccountId): ProfileRecord => records.get(account) ?? NONE;
  const pictureOf = (account: AccountId): Promise<Uint8Array | undefined> =>
    recordOf(account).picture === 0 ? Promise.resolve(undefined) : store.get(TABLE.profilePicture, account);

  return {
    get own() {
      const { name: displayName, bio, picture, pending } = recordOf(own);
      return { displayName, bio, picture, pending };
    },
    set: (change) => inTurn(() => setOwn(change)),
    face(account) {
      const { name: displayName, picture } = recordOf(account);
      return { displayName, picture };
    },
    bio: (account) => recordOf(account).bio,
    picture: pictureOf,
    request() {
      again = running !== undefined;
      running ??= run()
        // The store may be full or closing: what was not done is due still.
        .catch(() => {})
        .finally(() => {
          running = undefined;
        });
    },
    forgetFailures: () => failed.clear(),
    settled: async () => running,
  };

  async function setOwn({ displayName, bio, picture }: ProfileChange): Promise<void> {
    const before = recordOf(own);
    const name = displayName === undefined ? before.name : cleanDisplayName(displayName);
    const words = bio === undefined ? before.bio : cleanBio(bio);
    if (name === undefined || words === undefined) throw sottoError("badProfile");
    const bytes = picture === undefined ? undefined : picture === null ? null : await givenPicture(picture);
    await keep(own, { ...before, name, bio: words, pending: true }, bytes);
  }

  async function run(): Promise<void> {
    do {
      again = false;
      await bringOwn();
      await fetchAll();
    } while (again);
  }

  async function bringOwn(): Promise<void> {
    const { ownProfile } = engine().state;
    // A device that is new to the account has its key alone.
    if (ownProfile !== null && !records.has(own)) await fetchOwn();
    const record = recordOf(own);
    const isDue = record.pending || isProfileKeyStale(engine().state);
    if (!isDue || (ownProfile !== null && !records.has(own)) || failed.has(own)) return;
    const picture = (await pictureOf(own)) ?? null;
    const isStale = ownProfile === null || isProfileKeyStale(engine().state);
    const key = isStale ? crypto.random(PROFILE_KEY_BYTES) : ownProfile.key;
    const version = Math.max(ownProfile?.version ?? 0, record.version) + 1;
    const brought = await bring(version, key, { name: record.name, bio: record.bio, picture });
    if (brought === undefined) return void failed.set(own, version);
    await options.announce(brought, key);
    // What was changed meanwhile is still to be brought.
    await inTurn(async () => {
      const now = recordOf(own);
      again ||= !isSame(now, record);
      await keep(own, { ...now, version: brought, pending: !isSame(now, record) });
    });
  }

  /** The version under which the server has it; `undefined`: not now. */
  async function bring(
    version: number,
    key: Uint8Array,
    profile: Profile,
    isSecond = false,
  ): Promise<number | undefined> {
    const sealed = await sealProfile(crypto, { account: own, version }, key, profile);
    const token = toBase64Url(options.token());
    const body = { version, sealedProfile: toBase64Url(sealed) };
    const answer = await api().call("putProfile", { token, body });
    if (answer.kind === "ok") return version;
    if (isSecond || answer.kind !== "refused" || answer.code !== "conflict") return undefined;
    // An earlier write has arrived without its answer, or is another device's.
    const stored = await api().call("getProfile", { token, params: { account: own } });
    return stored.kind === "ok" ? bring(stored.value.version + 1, key, profile, true) : undefined;
  }

  async function fetchOwn(): Promise<void> {
    const found = await fetched(own, engine().state.ownProfile?.key as Uint8Array);
    if (found === "later") return void failed.set(own, 0);
    // One that does not open is lost: another is to take its place.
    if (found === undefined) await keep(own, { ...NONE, pending: true });
    else await keep(own, { ...NONE, ...found.record }, found.picture);
  }

  async function fetchAll(): Promise<void> {
    const { profileKeys } = engine().state;
    for (const account of records.keys())
      if (account !== own && !profileKeys.has(account)) await drop(account);
    for (const [account, { version, key }] of profileKeys) {
      if (recordOf(account).version >= version || (failed.get(account) ?? 0) >= version) continue;
      const found = await fetched(account, key);
      // Meanwhile another key may have come, or this one may be forgotten.
      const isCurrent = engine().state.profileKeys.get(account)?.version === version;
      if (found === undefined || found === "later" || found.record.version < version || !isCurrent)
        failed.set(account, version);
      else await keep(account, { ...recordOf(account), ...found.record }, found.picture);
    }
  }

  /** `undefined`: there is none that opens. */
  async function fetched(
    account: AccountId,
    key: Uint8Array,
  ): Promise<
    | {
        readonly record: Pick<ProfileRecord, "name" | "bio" | "version">;
        readonly picture: Uint8Array | null;
      }
    | "later"
    | undefined
  > {
    const token = toBase64Url(options.token());
    const answer = await api().call("getProfile", { token, params: { account } });
    if (answer.kind !== "ok")
      return answer.kind === "refused" && answer.code === "notFound" ? undefined : "later";
    const { version, sealedProfile } = answer.value;
    const sealed = fromBase64Url(sealedProfile);
    const profile = sealed && (await openProfile(crypto, { account, version }, key, sealed));
    if (profile === undefined) return undefined;
    const { name, bio } = profile;
    return { record: { version, name, bio }, picture: await takenPicture(profile.picture) };
  }

  /** `picture`: null for none, `undefined` for the one that is there. */
  async function keep(account: AccountId, record: ProfileRecord, picture?: Uint8Array | null): Promise<void> {
    const before = recordOf(account);
    const writes: StoreWrite[] = [];
    let next = record;
    if (picture !== undefined && !(await isPicture(account, picture))) {
      next = { ...record, picture: picture === null ? 0 : Math.max(before.picture + 1, options.nowMs()) };
      writes.push(
        picture === null
          ? { drop: TABLE.profilePicture, key: account }
          : { put: TABLE.profilePicture, key: account, value: picture },
      );
    }
    writes.push({ put: TABLE.profile, key: account, value: encodeProfileRecord(next) });
    await store.commit(writes);
    records.set(account, next);
    tell({ type: "profile", account });
  }

  async function isPicture(account: AccountId, picture: Uint8Array | null): Promise<boolean> {
    const before = await pictureOf(account);
    return picture === null || before === undefined
      ? picture === (before ?? null)
      : bytesEqual(picture, before);
  }

  async function drop(account: AccountId): Promise<void> {
    await store.commit([
      { drop: TABLE.profile, key: account },
      { drop: TABLE.profilePicture, key: account },
    ]);
    records.delete(account);
    tell({ type: "profile", account });
  }
}

/** The same words and picture. */
function isSame(a: ProfileRecord, b: ProfileRecord): boolean {
  return a.name === b.name && a.bio === b.bio && a.picture === b.picture;
}
