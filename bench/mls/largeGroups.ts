/**
 * A group that one commit of its creator has filled: its last two leaves join it by Welcome, by our engine and by ts-mls as it comes, and renew their
 * keys in it. Both take the same bytes: the group is one of ours. Suite 1: what is compared is the work on trees.
 */
import type { DeviceIdentity, KeyPackageBundle, MlsEngine, MlsGroup } from "@sotto/crypto";
import { createLargeGroupEngine, libraryKeys, makeAccount, makeDevice } from "@sotto/crypto/testing";
import type { GroupId } from "@sotto/protocol";
import { bytesEqual, idOf } from "@sotto/protocol";
import { createNodeCryptoProvider } from "sotto/node";
import type { ClientState } from "ts-mls";
import { createCommit, decodeMlsMessage, emptyPskIndex, joinGroup, processPrivateMessage } from "ts-mls";
import { bareSuite } from "./bare.ts";

const SUITE = 1;
const LIFETIME_DAYS = 1;
const NOTHING = new Uint8Array(0);

/** One of two ways to be a member. */
export interface Joiner {
  /** The last leaf joins. In milliseconds. */
  join(): Promise<number>;
  /** The last leaf but one, which has joined, renews its keys, and the last one follows. In milliseconds. */
  commit(): Promise<number>;
}

interface JoiningLeaf {
  readonly device: DeviceIdentity;
  readonly bundle: KeyPackageBundle;
}

interface LargeGroup {
  readonly leaves: number;
  readonly engine: MlsEngine;
  readonly welcome: Uint8Array;
  readonly last: JoiningLeaf;
  readonly lastButOne: JoiningLeaf;
}

const provider = createNodeCryptoProvider();
const made = new Map<number, Promise<LargeGroup>>();

/** The group of that size, made once. */
function largeGroup(leaves: number): Promise<LargeGroup> {
  const group = made.get(leaves) ?? makeGroup(leaves);
  made.set(leaves, group);
  return group;
}

async function makeGroup(leaves: number): Promise<LargeGroup> {
  const engine = createLargeGroupEngine(provider, leaves);
  const nowMs = Date.now();
  const owner = makeAccount(provider);
  const creator = await makeDevice(provider, owner);
  const joining: JoiningLeaf[] = [];
  while (joining.length < leaves - 1) {
    const device = await makeDevice(provider, owner);
    const [bundle] = await engine.keyPackages(device, SUITE, 1, nowMs, LIFETIME_DAYS);
    if (bundle !== undefined) joining.push({ device, bundle });
  }
  const { group } = await engine.create(idOf<GroupId>(provider.random(16)), creator, SUITE, nowMs);
  const add = joining.map(({ bundle }) => bundle.publicBytes);
  const { welcome } = await engine.commit(group, intentOf(add), nowMs);
  const [lastButOne, last] = joining.slice(-2);
  if (welcome === null || lastButOne === undefined || last === undefined)
    throw new Error("nobody is welcomed");
  return { leaves, engine, welcome, last, lastButOne };
}

function intentOf(add: readonly Uint8Array[]): Parameters<MlsEngine["commit"]>[1] {
  return { add, remove: [], authenticatedData: NOTHING, joinerInfo: NOTHING };
}

/** With our engine. */
export async function ourJoiner(leaves: number): Promise<Joiner> {
  const { engine, welcome, last, lastButOne } = await largeGroup(leaves);
  const join = async ({ device, bundle }: JoiningLeaf): Promise<MlsGroup> => {
    const { group } = await engine.join(welcome, [bundle], device);
    if (group.members.length !== leaves) throw new Error("not all are there");
    return group;
  };
  let pair: { readonly committer: MlsGroup; readonly follower: MlsGroup } | undefined;
  return {
    join: () => timed(() => join(last)),
    async commit() {
      const { committer, follower } = (pair ??= {
        committer: await join(lastButOne),
        follower: await join(last),
      });
      return timed(async () => {
        const commit = await engine.commit(committer, intentOf([]), Date.now());
        const adopted = await engine.adopt(commit.group, commit.pending);
        const outcome = await engine.process(follower, commit.handshake, { authenticatedData: NOTHING });
        if (outcome.kind !== "applied") throw new Error("the commit did not apply");
        checkSame(engine.epochAuthenticator(adopted.group), engine.epochAuthenticator(outcome.group));
        pair = { committer: adopted.group, follower: outcome.group };
      });
    },
  };
}

/** With ts-mls, its default provider and configuration. */
export async function bareJoiner(leaves: number): Promise<Joiner> {
  const { welcome: bytes, last, lastButOne } = await largeGroup(leaves);
  const cipherSuite = await bareSuite(SUITE);
  async function join({ bundle }: JoiningLeaf): Promise<ClientState> {
    const decoded = decodeMlsMessage(bytes, 0)?.[0];
    if (decoded?.wireformat !== "mls_welcome") throw new Error("no Welcome");
    const { publicPackage, privatePackage } = libraryKeys(provider, bundle);
    return joinGroup(decoded.welcome, publicPackage, privatePackage, emptyPskIndex, cipherSuite);
  }
  let pair: { readonly committer: ClientState; readonly follower: ClientState } | undefined;
  return {
    join: () => timed(() => join(last)),
    async commit() {
      const { committer, follower } = (pair ??= {
        committer: await join(lastButOne),
        follower: await join(last),
      });
      return timed(async () => {
        const { commit, newState: adopted } = await createCommit({ state: committer, cipherSuite });
        if (commit.wireformat !== "mls_private_message") throw new Error("the commit is public");
        const followed = await processPrivateMessage(
          follower,
          commit.privateMessage,
          emptyPskIndex,
          cipherSuite,
        );
        const { newState } = followed;
        checkSame(adopted.keySchedule.epochAuthenticator, newState.keySchedule.epochAuthenticator);
        pair = { committer: adopted, follower: newState };
      });
    },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function checkSame(a: Uint8Array, b: Uint8Array): void {
  if (!bytesEqual(a, b)) throw new Error("the two are in different epochs");
}
