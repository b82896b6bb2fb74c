/**
 * passive-client-*: a member that only receives. It joins by a Welcome and follows every handshake, as the engine does, with the rules of
 * RFC 9420 alone: the groups are of other implementations and keep none of our own.
 */
import { createNobleProvider } from "@sotto/crypto";
import type { GroupState, MlsContext } from "@sotto/crypto/internals";
import {
  ALL_GUARDS,
  createContext,
  joinByWelcome,
  pskBookOf,
  pskIndexOf,
  processHandshake,
  stateOfJoined,
} from "@sotto/crypto/internals";
import { seededRandom } from "@sotto/crypto/testing";
import type { PskIndex } from "ts-mls/pskIndex.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import { expectBytes, expectSame, fromHex, present } from "./expect.ts";
import type { VectorKind } from "./kind.ts";
import { kindOf } from "./kind.ts";
import { suiteOfVector } from "./suites.ts";
import { treeOf } from "./trees.ts";
import { keyPackageOf, welcomeOf } from "./welcome.ts";

interface Vector {
  readonly cipher_suite: number;
  readonly external_psks: readonly { readonly psk_id: string; readonly psk: string }[];
  readonly key_package: string;
  readonly signature_priv: string;
  readonly encryption_priv: string;
  readonly init_priv: string;
  readonly welcome: string;
  readonly ratchet_tree: string | null;
  readonly initial_epoch_authenticator: string;
  readonly epochs: readonly {
    readonly proposals: readonly string[];
    readonly commit: string;
    readonly epoch_authenticator: string;
  }[];
}

const NO_DATA = new Uint8Array();

const context: MlsContext = {
  ...createContext(createNobleProvider(seededRandom("passive client")), ALL_GUARDS, "rfc"),
  suite: suiteOfVector,
};

export const passiveClientKinds: readonly VectorKind[] = ["welcome", "handling-commit", "random"].map(
  (name) => kindOf<Vector>(`passive-client-${name}`, follow),
);

async function follow(vector: Vector): Promise<void> {
  const psks = vector.external_psks.map(({ psk_id, psk }) => ({ id: fromHex(psk_id), secret: fromHex(psk) }));
  const resumption = new Map<bigint, Uint8Array>();
  const held: Held = {
    psks,
    pastPsks: { findPsk: (id) => (id.psktype === "resumption" ? resumption.get(id.pskEpoch) : undefined) },
  };
  let state = await join(vector, psks);
  expectBytes("initial epoch", authenticatorOf(state), vector.initial_epoch_authenticator);
  for (const [number, epoch] of vector.epochs.entries()) {
    resumption.set(state.current.context.epoch, present("keys", state.keys).schedule.resumptionPsk);
    for (const proposal of epoch.proposals)
      state = await handle(`proposal for commit ${number}`, state, proposal, held, "proposed");
    state = await handle(`commit ${number}`, state, epoch.commit, held, "applied");
    expectBytes(`epoch after commit ${number}`, authenticatorOf(state), epoch.epoch_authenticator);
  }
}

/** What a real member would have kept: external keys, and the resumption keys of its epochs (our own groups allow but the current one). */
interface Held {
  readonly psks: Psks;
  readonly pastPsks: PskIndex;
}

type Psks = readonly { readonly id: Uint8Array; readonly secret: Uint8Array }[];

async function join(vector: Vector, psks: Psks): Promise<GroupState> {
  const suite = suiteOfVector(vector.cipher_suite);
  const privateKeys = {
    initPrivateKey: fromHex(vector.init_priv),
    hpkePrivateKey: fromHex(vector.encryption_priv),
    signaturePrivateKey: fromHex(vector.signature_priv),
  };
  const joined = await joinByWelcome(suite, {
    welcome: welcomeOf(vector.welcome),
    keyPackage: keyPackageOf(vector.key_package),
    privateKeys,
    psks: pskIndexOf(pskBookOf(psks), emptyPskIndex),
    ...(vector.ratchet_tree === null ? {} : { tree: treeOf(vector.ratchet_tree) }),
  });
  return stateOfJoined(suite.id, privateKeys, joined);
}

async function handle(
  what: string,
  state: GroupState,
  handshake: string,
  held: Held,
  expected: "proposed" | "applied",
): Promise<GroupState> {
  const keys = present("keys", state.keys);
  const processed = await processHandshake(context, state, keys, fromHex(handshake), {
    authenticatedData: NO_DATA,
    ...held,
  });
  const { kind } = processed;
  if (kind === "refused" || kind === "undecided") throw new Error(`${what}: ${kind}, ${processed.reason}`);
  expectSame(what, kind, expected);
  return processed.state;
}

function authenticatorOf(state: GroupState): Uint8Array {
  return present("keys", state.keys).schedule.epochAuthenticator;
}
