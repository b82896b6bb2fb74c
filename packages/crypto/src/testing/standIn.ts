/**
 * A stand-in for the MLS engine: no cryptography worth the name, but the rules of the real one - epochs, rosters, one-time generations,
 * authenticated data, refused and undecided commits, consumed key packages, stored parts - at tens of thousands of operations a second.
 * The simulation's fast tier runs on it. Both engines pass one contract (mls/engine.contract.ts).
 *
 * It differs where only cryptography could tell: credentials are not verified, a removed member could compute the next key, and the
 * suites differ in nothing but their number.
 */
import { idOf } from "@sotto/protocol";
import type { CommitIntent, CommitResult, Decrypted, MlsEngine, MlsGroup, Transition } from "../mls/port.ts";
import type { RandomBytes } from "../provider/port.ts";
import { seededRandom } from "../provider/seeded.ts";
import { adoptPending, judgeHandshake, makeCommit, makeLeave } from "./standInCommit.ts";
import {
  adoptExternal,
  judgeExternal,
  makeExternal,
  makeGroupInfo,
  readGroupInfo,
} from "./standInExternal.ts";
import { inspect, makeBundle, openWelcome, welcomePsks, welcomeRefs } from "./standInKeyPackage.ts";
import type { CommitFault } from "./standInMessage.ts";
import { open, parseMessage, seal } from "./standInMessage.ts";
import { mix } from "./standInSeal.ts";
import type { StandInState } from "./standInState.ts";
import { checkedAppData, freshEpoch, NO_HANDSHAKES, standInDelta, standInStateOf } from "./standInState.ts";
import { MlsInputError } from "../mls/port.ts";

export interface StandInEngine extends MlsEngine {
  /** A commit with a planted fault, for a malicious member: its own `adopt` works all the same. */
  commitWithFault(
    group: MlsGroup,
    intent: CommitIntent,
    nowMs: number,
    fault: CommitFault,
  ): Promise<CommitResult>;
}

export interface StandInOptions {
  /** Ids and keys. Devices of one world need different ones, and go on with theirs after a restart; the default is for a lone engine. */
  readonly random?: RandomBytes;
}

/** The same calls with the same randomness give the same bytes. */
export function createStandInEngine(options: StandInOptions = {}): StandInEngine {
  const random = options.random ?? seededRandom("stand-in");
  const states = new WeakMap<MlsGroup, StandInState>();

  const stateOf = (group: MlsGroup): StandInState => {
    const state = states.get(group);
    if (state === undefined) throw new TypeError("the group was made by another engine");
    return state;
  };
  const activeOf = (group: MlsGroup): StandInState => {
    const state = stateOf(group);
    if (!state.active) throw new TypeError("the device has been removed from the group");
    return state;
  };
  const publish = (state: StandInState): MlsGroup => {
    const { id, suite, ownLeaf, active, current } = state;
    const { number: epoch, members, appData } = current;
    const group = { id, suite, ownLeaf, active, epoch, members, appData };
    states.set(group, state);
    return group;
  };
  const transition = (before: StandInState | undefined, after: StandInState): Transition => ({
    group: publish(after),
    delta: standInDelta(before, after),
  });
  const commit = (
    group: MlsGroup,
    intent: CommitIntent,
    nowMs: number,
    fault?: CommitFault,
  ): CommitResult => {
    const before = activeOf(group);
    const { state, ...outputs } = makeCommit(random, before, intent, nowMs, fault);
    return { ...transition(before, state), ...outputs };
  };

  return {
    keyPackages: async (device, suite, count, nowMs, lifetimeDays) =>
      Array.from({ length: count }, () => makeBundle(random, device, suite, nowMs, lifetimeDays)),

    async inspectKeyPackage(keyPackage, nowMs) {
      const { credential, leafKey, suite } = inspect(keyPackage, nowMs);
      return { leaf: 0, credential, leafKey, suite };
    },

    async create(id, { credential, leafPublicKey }, suite, _nowMs, appData) {
      const data = appData === undefined ? null : checkedAppData(appData);
      const members = [{ leaf: 0, credential, leafKey: leafPublicKey }];
      const current = freshEpoch(0, random(32), members, data);
      return transition(undefined, {
        id,
        suite,
        ownLeaf: 0,
        active: true,
        current,
        past: undefined,
        ...NO_HANDSHAKES,
      });
    },

    load: async (parts) => publish(standInStateOf(parts)),

    commit: async (group, intent, nowMs) => commit(group, intent, nowMs),

    commitWithFault: async (group, intent, nowMs, fault) => commit(group, intent, nowMs, fault),

    async leave(group, authenticatedData) {
      const before = activeOf(group);
      const { state, ...outputs } = makeLeave(random, before, authenticatedData);
      return { ...transition(before, state), ...outputs };
    },

    async adopt(group, pending) {
      const before = activeOf(group);
      const { state, change } = adoptPending(before, pending);
      return { ...transition(before, state), change };
    },

    async process(group, handshake, expected) {
      const before = stateOf(group);
      if (!before.active)
        return { kind: "refused", ...transition(before, before), reason: "the device has been removed" };
      const outcome =
        judgeExternal(before, handshake, expected) ?? judgeHandshake(before, handshake, expected);
      if (outcome.kind === "undecided") {
        const { effect, ...undecided } = outcome;
        if (effect === undefined) return undecided;
        return { ...undecided, effect: { ...effect, without: transition(before, effect.without) } };
      }
      const { state, ...rest } = outcome;
      const next = transition(before, state);
      if (rest.kind !== "applied") return { ...next, ...rest };
      return { ...next, ...rest, without: transition(before, rest.without) };
    },

    async join(welcome, bundles, device, psks) {
      const { bundle, key, body } = openWelcome(welcome, bundles, psks ?? []);
      const own = body.members.find(({ credential }) => credential.device === device.credential.device);
      const adder = body.members.find(({ leaf }) => leaf === body.signer);
      const { suite } = body;
      if (own === undefined || adder === undefined || (suite !== 1 && suite !== 83))
        throw new MlsInputError("invalid", "Welcome");
      const current = freshEpoch(body.epoch, key, body.members, body.appData);
      const state: StandInState = {
        id: idOf(body.group),
        suite,
        ownLeaf: own.leaf,
        active: true,
        current,
        past: undefined,
        ...NO_HANDSHAKES,
      };
      return {
        ...transition(undefined, state),
        joinerInfo: body.joinerInfo,
        adder,
        keyPackageRef: bundle.ref,
      };
    },

    groupInfo: async (group, joinerInfo) => makeGroupInfo(activeOf(group), joinerInfo),

    async inspectGroupInfo(groupInfo) {
      const { externalKey: _, ...facts } = readGroupInfo(groupInfo);
      return facts;
    },

    joinExternal: async (groupInfo, device, intent) => makeExternal(random, groupInfo, device, intent),

    async adoptExternal(pending) {
      const { state, change } = adoptExternal(pending);
      return { ...transition(undefined, state), change };
    },

    welcomePsks: async (welcome, bundles) => welcomePsks(welcome, bundles),
    welcomeRefs,

    async encrypt(group, messages) {
      const before = activeOf(group);
      const ciphertexts: Uint8Array[] = [];
      let state = before;
      for (const { plaintext, authenticatedData } of messages) {
        const sealed = seal(state, "application", authenticatedData, plaintext);
        ciphertexts.push(sealed.bytes);
        state = sealed.state;
      }
      return { ...transition(before, state), ciphertexts };
    },

    async decrypt(group, ciphertexts) {
      const before = stateOf(group);
      const results: Decrypted[] = [];
      let state = before;
      for (const ciphertext of ciphertexts) {
        const opened = decryptOne(state, ciphertext);
        results.push(opened.result);
        state = opened.state;
      }
      return { ...transition(before, state), results };
    },

    async forgetPast(group) {
      const before = stateOf(group);
      return transition(before, { ...before, past: undefined });
    },

    async exportSecret(group, label, context, length) {
      const { current } = activeOf(group);
      const secret = new Uint8Array(length);
      for (let offset = 0; offset < length; offset += 32) {
        secret.set(
          mix(`export ${offset} ${label}`, current.key, context).subarray(0, length - offset),
          offset,
        );
      }
      return secret;
    },

    epochAuthenticator: (group) => mix("authenticator", activeOf(group).current.key),
  };
}

function decryptOne(state: StandInState, ciphertext: Uint8Array): { state: StandInState; result: Decrypted } {
  const failed = (reason: Exclude<Decrypted, { kind: "message" }>["reason"]) => ({
    state,
    result: { kind: "failed", reason } as const,
  });
  const message = parseMessage(ciphertext);
  if (message?.content !== "application" || message.group !== state.id) return failed("malformed");
  if (!state.active) return failed("tooOld");
  if (message.epoch > state.current.number) return failed("future");
  const epoch = [state.current, state.past].find((epoch) => epoch?.number === message.epoch);
  if (epoch === undefined) return failed("tooOld");
  const opened = open(state, epoch, message);
  if (!opened.ok) return failed(opened.reason);
  const sender = epoch.members.find(({ leaf }) => leaf === opened.leaf);
  if (sender === undefined) return failed("forged");
  const { authenticatedData } = message;
  return {
    state: opened.state,
    result: { kind: "message", plaintext: opened.body, authenticatedData, sender, epoch: epoch.number },
  };
}
