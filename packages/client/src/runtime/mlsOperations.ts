/** Carries out an operation of the contract with the MLS engine or the account's crypto. Input that is not what it claims to be is a value; anything else thrown is a bug. */
import type { CryptoProvider, DeviceIdentity, MlsEngine } from "@sotto/crypto";
import {
  MlsInputError,
  openJoinSecret,
  openRoomInfo,
  roomDoor,
  sealJoinSecret,
  sealRoomInfo,
  verifyDeviceList,
} from "@sotto/crypto";
import type { MlsCompletion, MlsOperation, MlsOutputs } from "../engine/contract.ts";

/** How long a key package may be used; devices replace theirs long before. */
export const KEY_PACKAGE_LIFETIME_DAYS = 90;

/** What operations are carried out with. */
export interface MlsContext {
  readonly mls: MlsEngine;
  readonly crypto: CryptoProvider;
  readonly device: DeviceIdentity;
}

/** Rejects only for a bug. */
export async function performMls(
  context: MlsContext,
  operation: MlsOperation,
  nowMs: number,
): Promise<MlsCompletion> {
  try {
    return { ok: true, output: await outputOf(context, operation, nowMs) };
  } catch (error) {
    if (error instanceof MlsInputError) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

async function outputOf(
  { mls, crypto, device }: MlsContext,
  operation: MlsOperation,
  nowMs: number,
): Promise<MlsOutputs[keyof MlsOutputs]> {
  switch (operation.op) {
    case "keyPackages":
      return mls.keyPackages(device, operation.suite, operation.count, nowMs, KEY_PACKAGE_LIFETIME_DAYS);
    case "inspectKeyPackage":
      return mls.inspectKeyPackage(operation.keyPackage, nowMs);
    case "create":
      return mls.create(operation.group, device, operation.suite, nowMs, operation.appData);
    case "load":
      return mls.load(operation.parts);
    case "commit":
      return mls.commit(operation.group, operation.intent, nowMs);
    case "leave":
      return mls.leave(operation.group, operation.authenticatedData);
    case "adopt":
      return mls.adopt(operation.group, operation.pending);
    case "process":
      return mls.process(operation.group, operation.handshake, {
        authenticatedData: operation.authenticatedData,
        ...(operation.psks && { psks: operation.psks }),
      });
    case "welcomeRefs":
      return mls.welcomeRefs(operation.welcome);
    case "welcomePsks":
      return mls.welcomePsks(operation.welcome, operation.bundles);
    case "join":
      return mls.join(operation.welcome, operation.bundles, device, operation.psks);
    case "groupInfo":
      return mls.groupInfo(operation.group, operation.joinerInfo);
    case "inspectGroupInfo":
      return mls.inspectGroupInfo(operation.groupInfo);
    case "joinExternal":
      return mls.joinExternal(operation.groupInfo, device, operation.intent, nowMs);
    case "adoptExternal":
      return mls.adoptExternal(operation.pending);
    case "encrypt":
      return mls.encrypt(operation.group, operation.messages);
    case "decrypt":
      return mls.decrypt(operation.group, operation.ciphertexts, nowMs);
    case "forgetPast":
      return mls.forgetPast(operation.group);
    case "exportSecret":
      return mls.exportSecret(operation.group, operation.label, operation.context, operation.length);
    case "epochAuthenticator":
      return mls.epochAuthenticator(operation.group);
    case "sealRoomInfo": {
      const { group, joinerInfo, secret, index, hash } = operation;
      const groupInfo = await mls.groupInfo(group, joinerInfo);
      return sealRoomInfo(crypto, group.id, secret, { index, hash, groupInfo });
    }
    case "openRoomInfo": {
      const { group, secret, index, sealed } = operation;
      return opened(await openRoomInfo(crypto, group, secret, index, sealed));
    }
    case "roomDoor":
      return roomDoor(crypto, operation.group, operation.secret);
    case "sealJoinSecret":
      return sealJoinSecret(crypto, operation.room, operation.joinSecret);
    case "openJoinSecret":
      return opened(await openJoinSecret(crypto, operation.room, operation.sealed));
    case "verifyDeviceList": {
      const verified = await verifyDeviceList(crypto, operation.signed);
      if (!verified.ok) throw new MlsInputError("invalid", `device list: ${verified.reason}`);
      return verified.list;
    }
  }
}

function opened<T>(value: T | undefined): T {
  if (value === undefined) throw new MlsInputError("invalid", "sealed under another key");
  return value;
}
