/**
 * {@link MlsEngine} over ts-mls 1.6.4. The library supplies codec, trees and key schedule; what it does wrongly or not at all is done
 * around it: tsMlsGuards.ts has the list.
 */
import { idOf } from "@sotto/protocol";
import { mlsExporter } from "ts-mls/keySchedule.js";
import { emptyPskIndex } from "ts-mls/pskIndex.js";
import type { CryptoProvider } from "../provider/port.ts";
import { prepareCommit } from "./tsMlsCommit.ts";
import { appDataOf } from "./tsMlsAppData.ts";
import type { ContextOptions } from "./tsMlsContext.ts";
import { createContext } from "./tsMlsContext.ts";
import { epochChangeOf, NO_CHANGE } from "./tsMlsEpoch.ts";
import { adoptPendingExternal, prepareExternal } from "./tsMlsExternal.ts";
import { checkGroupInfo, createGroupInfo } from "./tsMlsGroupInfo.ts";
import type { Guards } from "./tsMlsGuards.ts";
import { ALL_GUARDS } from "./tsMlsGuards.ts";
import { createState, decodeWelcomeMessage, joinState, pskIdsOfWelcome, refsOf } from "./tsMlsJoin.ts";
import {
  bundleOf,
  checkForeignKeyPackage,
  decodeKeyPackageMessage,
  generateKeyPackage,
} from "./tsMlsKeyPackage.ts";
import { prepareLeave } from "./tsMlsHandshake.ts";
import { openMessages } from "./tsMlsMessage.ts";
import { adoptPending } from "./tsMlsPending.ts";
import { processHandshake } from "./tsMlsProcess.ts";
import { pskBookOf, pskIndexOf } from "./tsMlsPsk.ts";
import { sealMessages } from "./tsMlsSeal.ts";
import type { GroupState, OwnKeys } from "./tsMlsState.ts";
import { decodeState, deltaOf, epochNumber } from "./tsMlsState.ts";
import type { MlsEngine, MlsGroup, Transition } from "./port.ts";

/** The engine of a platform's provider. Groups belong to the engine that made them. */
export function createMlsEngine(provider: CryptoProvider): MlsEngine {
  return createGuardedEngine(provider, ALL_GUARDS);
}

/** For tests and measurements: the engine with some guards off, or for larger groups. */
export function createGuardedEngine(
  provider: CryptoProvider,
  guards: Guards,
  options?: ContextOptions,
): MlsEngine {
  const context = createContext(provider, guards, "house", options);
  // Secrets hang on the value without being part of it: logging or comparing a group shows facts only.
  const states = new WeakMap<MlsGroup, GroupState>();

  const stateOf = (group: MlsGroup): GroupState => {
    const state = states.get(group);
    if (state === undefined) throw new TypeError("the group was made by another engine");
    return state;
  };
  const activeOf = (group: MlsGroup): readonly [GroupState, OwnKeys] => {
    const state = stateOf(group);
    if (state.keys === undefined) throw new TypeError("the device has been removed from the group");
    return [state, state.keys];
  };
  const publish = (state: GroupState): MlsGroup => {
    const group: MlsGroup = {
      id: idOf(state.current.context.groupId),
      suite: state.suite,
      epoch: epochNumber(state.current),
      ownLeaf: state.ownLeaf,
      members: state.current.members,
      appData: appDataOf(state.current.context),
      active: state.keys !== undefined,
    };
    states.set(group, state);
    return group;
  };
  const transition = (before: GroupState | undefined, after: GroupState): Transition => ({
    group: publish(after),
    delta: deltaOf(before, after),
  });

  return {
    async keyPackages(device, suite, count, nowMs, lifetimeDays) {
      const bundles = [];
      for (let i = 0; i < count; i++) {
        const { publicPackage, privatePackage } = await generateKeyPackage(
          context,
          device,
          suite,
          nowMs,
          lifetimeDays,
        );
        bundles.push(await bundleOf(context, suite, publicPackage, privatePackage));
      }
      return bundles;
    },

    inspectKeyPackage: async (keyPackage, nowMs) =>
      checkForeignKeyPackage(context, decodeKeyPackageMessage(keyPackage, context), nowMs),

    create: async (group, device, suite, nowMs, appData) =>
      transition(undefined, await createState(context, group, device, suite, nowMs, appData)),

    load: async (parts) => publish(decodeState(parts)),

    async commit(group, intent, nowMs) {
      const [state, keys] = activeOf(group);
      const { state: after, ...outputs } = await prepareCommit(context, state, keys, intent, nowMs);
      return { ...transition(state, after), ...outputs };
    },

    async leave(group, authenticatedData) {
      const [before, keys] = activeOf(group);
      const { state, ...outputs } = await prepareLeave(context, before, keys, authenticatedData);
      return { ...transition(before, state), ...outputs };
    },

    async adopt(group, pending) {
      const [before, keys] = activeOf(group);
      const { state, change } = adoptPending(before, keys.confirmationTag, pending);
      return {
        ...transition(before, state),
        change: change === undefined ? NO_CHANGE : epochChangeOf(before.current, state.current, change),
      };
    },

    async process(group, handshake, expected) {
      const before = stateOf(group);
      const { keys } = before;
      if (keys === undefined)
        return { kind: "refused", ...transition(before, before), reason: "the device has been removed" };
      const processed = await processHandshake(context, before, keys, handshake, expected);
      if (processed.kind === "undecided") {
        const { effect, ...undecided } = processed;
        if (effect === undefined) return undecided;
        const change = epochChangeOf(before.current, effect, effect.change);
        const without = transition(before, effect.without);
        return { ...undecided, effect: { ...effect, change, without } };
      }
      const { group: next, delta } = transition(before, processed.state);
      if (processed.kind === "refused")
        return { kind: "refused", group: next, delta, reason: processed.reason };
      if (processed.kind === "proposed") {
        const leaver = next.members.find(({ leaf }) => leaf === processed.sender);
        if (leaver === undefined) throw new Error("a proposal of no member");
        return { kind: "proposed", group: next, delta, leaver };
      }
      const change = epochChangeOf(before.current, processed.state.current, processed.change);
      return { kind: "applied", group: next, delta, change, without: transition(before, processed.without) };
    },

    async join(welcome, bundles, device, psks) {
      const { state, ...rest } = await joinState(
        context,
        welcome,
        bundles,
        device,
        pskIndexOf(pskBookOf(psks), emptyPskIndex),
      );
      return { ...transition(undefined, state), ...rest };
    },

    async groupInfo(group, joinerInfo) {
      const [state, keys] = activeOf(group);
      return createGroupInfo(context, state, keys, joinerInfo);
    },

    async inspectGroupInfo(groupInfo) {
      const info = await checkGroupInfo(context, groupInfo);
      const { suite, members, signer, joinerInfo } = info;
      const { groupId, epoch } = info.context;
      const appData = appDataOf(info.context);
      return {
        id: idOf(groupId),
        suite: suite.id,
        epoch: Number(epoch),
        members,
        signer,
        joinerInfo,
        appData,
      };
    },

    joinExternal: async (groupInfo, device, intent, nowMs) =>
      prepareExternal(context, groupInfo, device, intent, nowMs),

    async adoptExternal(pending) {
      const { state, former } = adoptPendingExternal(pending);
      const joiner = state.current.members.filter(({ leaf }) => leaf === state.ownLeaf);
      const removed = former === undefined ? [] : [former];
      return {
        ...transition(undefined, state),
        change: { committer: joiner[0] ?? null, added: joiner, removed, left: [], external: true },
      };
    },

    welcomePsks: async (welcome, bundles) => pskIdsOfWelcome(context, welcome, bundles),

    welcomeRefs: (welcome) => refsOf(decodeWelcomeMessage(welcome, context)),

    async encrypt(group, messages) {
      const [before, keys] = activeOf(group);
      const { state, ciphertexts } = await sealMessages(context, before, keys, messages);
      return { ...transition(before, state), ciphertexts };
    },

    async decrypt(group, ciphertexts, nowMs) {
      const before = stateOf(group);
      const { state, results } = await openMessages(context, before, ciphertexts, nowMs ?? null);
      return { ...transition(before, state), results };
    },

    async forgetPast(group) {
      const before = stateOf(group);
      return transition(before, { ...before, past: undefined });
    },

    async exportSecret(group, label, exporterContext, length) {
      const [state, keys] = activeOf(group);
      return mlsExporter(
        keys.schedule.exporterSecret,
        label,
        exporterContext,
        length,
        context.suite(state.suite).impl,
      );
    },

    epochAuthenticator(group) {
      const [, keys] = activeOf(group);
      return keys.schedule.epochAuthenticator.slice();
    },
  };
}
