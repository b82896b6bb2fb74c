/** Calls the MLS engine for an operation of the contract. Input that is not what it claims to be is a value; anything else thrown is a bug. */
import type { DeviceIdentity, MlsEngine } from "@sotto/crypto";
import { MlsInputError } from "@sotto/crypto";
import type { MlsCompletion, MlsOperation, MlsOutputs } from "../engine/contract.ts";

/** Renewed long before: packages are replaced when they are used, last resorts every few weeks. */
const KEY_PACKAGE_LIFETIME_DAYS = 90;

/** Rejects only for a bug. */
export async function performMls(
  mls: MlsEngine,
  device: DeviceIdentity,
  operation: MlsOperation,
  nowMs: number,
): Promise<MlsCompletion> {
  try {
    return { ok: true, output: await outputOf(mls, device, operation, nowMs) };
  } catch (error) {
    if (error instanceof MlsInputError) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

async function outputOf(
  mls: MlsEngine,
  device: DeviceIdentity,
  operation: MlsOperation,
  nowMs: number,
): Promise<MlsOutputs[keyof MlsOutputs]> {
  switch (operation.op) {
    case "keyPackages":
      return mls.keyPackages(device, operation.suite, operation.count, nowMs, KEY_PACKAGE_LIFETIME_DAYS);
    case "inspectKeyPackage":
      return mls.inspectKeyPackage(operation.keyPackage, nowMs);
    case "create":
      return mls.create(operation.group, device, operation.suite, nowMs);
    case "load":
      return mls.load(operation.parts);
    case "commit":
      return mls.commit(operation.group, operation.intent, nowMs);
    case "adopt":
      return mls.adopt(operation.group, operation.pending);
    case "process":
      return mls.process(operation.group, operation.handshake, { authenticatedData: operation.authenticatedData });
    case "welcomeRefs":
      return mls.welcomeRefs(operation.welcome);
    case "join":
      return mls.join(operation.welcome, operation.bundles, device);
    case "encrypt":
      return mls.encrypt(operation.group, operation.messages);
    case "decrypt":
      return mls.decrypt(operation.group, operation.ciphertexts);
    case "forgetPast":
      return mls.forgetPast(operation.group);
  }
}
