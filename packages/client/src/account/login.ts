/** Signs in: on the home that has the device by proof of its key, on another one only by moving there. */
import type { SuiteId, VerifiedDeviceList } from "@sotto/crypto";
import { activeDevices, verifyDeviceList } from "@sotto/crypto";
import type { DeviceId } from "@sotto/protocol";
import { USER_NAME_PATTERN } from "@sotto/protocol";
import type { Identity } from "../engine/records/identity.ts";
import { bytesOfText } from "../http/text.ts";
import { sottoError } from "../sdk/messages.ts";
import type { AccountContext, Credentials } from "./context.ts";
import type { Provisional } from "./deviceRecords.ts";
import {
  identityWrite,
  readDeparted,
  readIdentity,
  readProvisional,
  readVaultRecord,
  vaultRecordWrite,
} from "./deviceRecords.ts";
import { moveHere } from "./move.ts";
import { adoptProvisional } from "./provisional.ts";
import type { SignedIn } from "./session.ts";
import { abandonSession, bindDevice, signIn } from "./session.ts";
import { openSignedInVault } from "./vaultContents.ts";

export interface LoginOptions {
  /** Revoke the account's other device and take its place. */
  readonly move: boolean;
  readonly suite: SuiteId;
  /** Empties this home: called before a move when it holds a device that the account has revoked. */
  readonly resetStore: () => Promise<AccountContext["store"]>;
}

/** Rejects with `badUserName`, `accountExists`, `wrongCredentials`, `otherDevice` or why the server could not be reached. */
export async function logIn(
  context: AccountContext,
  credentials: Credentials,
  options: LoginOptions,
): Promise<Identity> {
  const { store, api, onStep } = context;
  if (!USER_NAME_PATTERN.test(credentials.userName)) throw sottoError("badUserName");
  const own = await readIdentity(store);
  if (own !== undefined && own.userName !== credentials.userName)
    throw sottoError("accountExists", own.userName);

  onStep("provingPassword");
  const signedIn = await signIn(context, credentials, own && (await pinOf(context, own)));
  if (own !== undefined && isListed(signedIn.list, own))
    return signInAgain(context, credentials, own, signedIn);
  const provisional = await readProvisional(store);
  if (provisional !== undefined && isListed(signedIn.list, provisional.identity)) {
    return takeUp(context, credentials, provisional, signedIn);
  }
  if (!options.move && !(await isFree(context, signedIn.list))) {
    await abandonSession(api, signedIn.token);
    throw sottoError("otherDevice");
  }
  const emptied = own === undefined ? store : await options.resetStore();
  return moveHere({ ...context, store: emptied }, credentials, options.suite, signedIn);
}

/** Completes a registration or move of this home whose answer never arrived. Rejects with `userNameTaken` if it did not succeed. */
export async function resumeProvisional(
  context: AccountContext,
  credentials: Credentials,
  provisional: Provisional,
): Promise<Identity> {
  context.onStep("provingPassword");
  const signedIn = await signIn(context, credentials);
  if (isListed(signedIn.list, provisional.identity))
    return takeUp(context, credentials, provisional, signedIn);
  await abandonSession(context.api, signedIn.token);
  throw sottoError("userNameTaken");
}

async function takeUp(
  { api, crypto, store, onStep }: AccountContext,
  { server }: Credentials,
  { identity, records }: Provisional,
  { token, signedList }: SignedIn,
): Promise<Identity> {
  await bindDevice(api, crypto, token, identity);
  onStep("storing");
  return adoptProvisional(
    store,
    { identity: { ...identity, server, deviceList: signedList }, records },
    token,
  );
}

/** The home has the device: a new session is bound to it, and what the server has newer is taken over. */
async function signInAgain(
  { api, crypto, store, onStep }: AccountContext,
  { server }: Credentials,
  own: Identity,
  signedIn: SignedIn,
): Promise<Identity> {
  await bindDevice(api, crypto, signedIn.token, own);
  onStep("storing");
  // After a password change that this home did not see the end of, the vault has another key.
  const vault = await openSignedInVault(crypto, signedIn, own.vaultVersion);
  const identity: Identity = {
    ...own,
    server,
    token: signedIn.token,
    deviceList: signedIn.signedList,
    ...(vault && { vaultKey: vault.vaultKey, vaultVersion: vault.version }),
  };
  const before = await readVaultRecord(store);
  const wrapExport = vault ? bytesOfText(signedIn.vault.wrapExport) : before?.wrapExport;
  await store.commit([
    identityWrite(identity),
    ...(wrapExport ? [vaultRecordWrite({ wrapExport, writtenHash: null })] : []),
  ]);
  return identity;
}

function isListed(list: VerifiedDeviceList, { device }: { readonly device: DeviceId }): boolean {
  return activeDevices(list).some((listed) => listed.device === device);
}

/** True when no other place has a device of the account: none is active but the one that logged out here. */
async function isFree({ store }: AccountContext, list: VerifiedDeviceList): Promise<boolean> {
  const departed = await readDeparted(store);
  return activeDevices(list).every(({ device }) => device === departed);
}

async function pinOf({ crypto }: AccountContext, own: Identity): Promise<Parameters<typeof signIn>[2]> {
  const { account } = own;
  const { accountKey } = own.credential;
  const previous = await verifyDeviceList(crypto, own.deviceList, { account, accountKey });
  return { account, accountKey, ...(previous.ok && { previous: previous.list }) };
}
