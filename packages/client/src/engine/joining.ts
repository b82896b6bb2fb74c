/** Joining an MLS group by a Welcome, and refusing to (MLS-11, MLS-20). */
import type { JoinResult, KeyPackageBundle, KnownPsk } from "@sotto/crypto";
import type { WelcomeEntry } from "@sotto/protocol";
import { nextHandshakeHash } from "./chain.ts";
import type { Core, Step } from "./core.ts";
import { commit, mls } from "./core.ts";
import { fetchPayload } from "./handshakes.ts";
import type { JoinSecretInfo } from "./joinerInfo.ts";
import { decodeJoinerInfo } from "./joinerInfo.ts";
import { enqueueLeave } from "./leaving.ts";
import type { Transaction } from "./transaction.ts";

/** Leaves a group at once into which this device was put. */
export function* leaveWelcomed(core: Core, transaction: Transaction, { group }: WelcomeEntry): Step<void> {
  yield* commit(core, transaction.leaving(group));
  enqueueLeave(core, group);
}

/** A Welcome with the key packages of this device that it names. */
export interface WelcomeInHand {
  readonly welcome: Uint8Array;
  readonly bundles: readonly KeyPackageBundle[];
}

/** `undefined`: the server has it no more, or it is for none of this device's key packages. */
export function* takeInHand(core: Core, entry: WelcomeEntry): Step<WelcomeInHand | undefined> {
  const welcome = yield* fetchPayload(core, entry.welcome);
  if (welcome === undefined) return undefined;
  const refs = yield* mls({ op: "welcomeRefs", welcome });
  const bundles = refs.ok ? bundlesFor(core, refs.output) : [];
  return bundles.length === 0 ? undefined : { welcome, bundles };
}

/** A Welcome that opens, and says of its conversation what the entry says; `hash`: the chain behind its handshake. */
export function* joinByWelcome(
  core: Core,
  entry: WelcomeEntry,
  { welcome, bundles }: WelcomeInHand,
  psks: readonly KnownPsk[] = [],
): Step<{ joined: JoinResult; hash: Uint8Array; room?: JoinSecretInfo } | undefined> {
  const joined = yield* mls({ op: "join", welcome, bundles, psks });
  if (!joined.ok || joined.output.group.id !== entry.group) return undefined;
  const info = decodeJoinerInfo(joined.output.joinerInfo);
  const { group, index, handshakeHash } = entry;
  if (info?.kind !== entry.kind || info.index !== index || info.conversation !== entry.conversation)
    return undefined;
  const hash = nextHandshakeHash(core.sha256, info.previousHash, group, index, handshakeHash);
  return { joined: joined.output, hash, ...(info.room && { room: info.room }) };
}

/** Puts the joined group into the transaction. A key package opens one group, unless it is the last resort. */
export function storeJoined(core: Core, transaction: Transaction, joined: JoinResult): void {
  transaction.group(joined.group, joined.delta);
  if (core.state.keyPackages.get(joined.keyPackageRef)?.lastResort === false)
    transaction.dropKeyPackage(joined.keyPackageRef);
}

function bundlesFor(core: Core, refs: readonly string[]): readonly KeyPackageBundle[] {
  return refs.flatMap((ref) => {
    const stored = core.state.keyPackages.get(ref);
    return stored === undefined
      ? []
      : [{ ref, publicBytes: stored.publicBytes, privateBytes: stored.privateBytes }];
  });
}
