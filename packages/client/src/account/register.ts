/** Makes an account and its first device (ACC-1). */
import type { SuiteId } from "@sotto/crypto";
import {
  createAccountKey,
  createVaultKey,
  sealAccountKey,
  signDeviceList,
  wrapVaultKey,
} from "@sotto/crypto";
import type { AccountId } from "@sotto/protocol";
import { USER_NAME_PATTERN, idOf, toBase64Url } from "@sotto/protocol";
import { SottoError } from "../api.ts";
import type { Identity } from "../engine/records/identity.ts";
import { bytesOfText } from "../http/text.ts";
import { sottoError } from "../sdk/messages.ts";
import { failureOf, valueOf } from "./answers.ts";
import type { AccountContext, Credentials } from "./context.ts";
import { dropProvisional, provisionalWrite, readIdentity, readProvisional } from "./deviceRecords.ts";
import { createDevice, createKeyPackages, keyPackagesBody, listedAs } from "./newDevice.ts";
import type { PasswordRegistration } from "./password.ts";
import { checkNewPassword, startPasswordRegistration } from "./password.ts";
import { adoptProvisional, assembleDevice } from "./provisional.ts";
import { resumeProvisional } from "./login.ts";
import { NO_CONTENTS, sectionsOf, vaultBody } from "./vaultContents.ts";

const FIRST_VERSION = 1;
const ZERO_HASH = new Uint8Array(32);

/**
 * Registers and stores the device. Rejects with `badUserName`, `weakPassword`, `userNameTaken`, `registrationClosed`, `accountExists`
 * or why the server could not be reached. A registration of the same name that was interrupted here before is completed instead.
 */
export async function registerAccount(
  context: AccountContext,
  credentials: Credentials,
  suite: SuiteId,
): Promise<Identity> {
  const { userName, password } = credentials;
  if (!USER_NAME_PATTERN.test(userName)) throw sottoError("badUserName");
  checkNewPassword(password);
  const present = await readIdentity(context.store);
  if (present !== undefined) throw sottoError("accountExists", present.userName);

  context.onStep("checkingName");
  const registration = await startPasswordRegistration(password);
  const { registrationRequest } = registration;
  const started = await context.api.call("registerStart", { body: { userName, registrationRequest } });
  if (started.kind === "refused" && started.code === "userNameTaken")
    return resumeOrTaken(context, credentials);
  return announce(context, credentials, suite, registration, valueOf(started).registrationResponse);
}

async function announce(
  context: AccountContext,
  credentials: Credentials,
  suite: SuiteId,
  registration: PasswordRegistration,
  registrationResponse: string,
): Promise<Identity> {
  const { api, crypto, mls, store, nowMs, onStep } = context;
  onStep("provingPassword");
  const { registrationRecord, exportKey } = registration.finish(registrationResponse);

  onStep("makingKeys");
  const account = idOf<AccountId>(crypto.random(16));
  const accountKey = createAccountKey(crypto);
  const owner = { account, accountKey: accountKey.publicKey, listVersion: FIRST_VERSION };
  const device = await createDevice(crypto, owner, accountKey.privateKey);
  const list = {
    userName: credentials.userName,
    account,
    accountKey: accountKey.publicKey,
    recoverySigningKey: null,
    recoveryHpkeKey: null,
    vaultKey: null,
    previousHash: ZERO_HASH,
    version: FIRST_VERSION,
    devices: [listedAs(device)],
  };
  const deviceList = await signDeviceList(crypto, list, accountKey.privateKey);
  const sealedAccountKey = await sealAccountKey(crypto, account, accountKey.privateKey, exportKey);
  accountKey.privateKey.fill(0);
  const keyPackages = await createKeyPackages(mls, device, suite, nowMs());
  const contents = NO_CONTENTS;
  const vaultKey = createVaultKey(crypto);
  const wrapExport = await wrapVaultKey(crypto, account, vaultKey, exportKey);
  const vault = await vaultBody(
    crypto,
    { account, version: FIRST_VERSION, vaultKey, wrapExport },
    sectionsOf(contents),
  );

  onStep("storing");
  const provisional = assembleDevice({
    device,
    suite,
    credentials,
    deviceList,
    keyPackages,
    vault: { vaultKey, version: FIRST_VERSION, wrapExport },
    contents,
  });
  await store.commit([provisionalWrite(provisional)]);
  const answer = await api.call("registerFinish", {
    body: {
      userName: credentials.userName,
      registrationRecord,
      account,
      deviceList: toBase64Url(deviceList),
      sealedAccountKey: toBase64Url(sealedAccountKey),
      vault,
      keyPackages: keyPackagesBody(keyPackages),
    },
  });
  // Without an answer the account may exist: the provisional device stays until the next try finds out.
  if (answer.kind === "refused") await store.commit([dropProvisional]);
  if (answer.kind !== "ok") throw failureOf(answer);
  return adoptProvisional(store, provisional, bytesOfText(answer.value.token));
}

/** The name is taken - perhaps by this very home, whose earlier try was cut off after the server had said yes. */
async function resumeOrTaken(context: AccountContext, credentials: Credentials): Promise<Identity> {
  const provisional = await readProvisional(context.store);
  if (provisional?.identity.userName !== credentials.userName) throw sottoError("userNameTaken");
  try {
    return await resumeProvisional(context, credentials, provisional);
  } catch (error) {
    const strangers = error instanceof SottoError && error.code === "wrongCredentials";
    throw strangers ? sottoError("userNameTaken") : error;
  }
}
