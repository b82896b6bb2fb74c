/** A new password (ACC-13): OPAQUE record, sealed account key and vault change in one step, and every other session ends. */
import { createVaultKey, sealAccountKey, wrapVaultKey } from "@sotto/crypto";
import { toBase64Url } from "@sotto/protocol";
import type { Identity } from "../engine/records/identity.ts";
import { bytesOfText } from "../http/text.ts";
import { sottoError } from "../sdk/messages.ts";
import { valueOf } from "./answers.ts";
import type { AccountContext } from "./context.ts";
import { identityWrite, vaultRecordWrite } from "./deviceRecords.ts";
import { unsealAccountKey } from "./move.ts";
import { checkNewPassword, startPasswordRegistration } from "./password.ts";
import { bindDevice, signIn } from "./session.ts";
import { sectionsOf, storedContents, vaultBody } from "./vaultContents.ts";

/**
 * Rejects with `weakPassword`, `wrongCredentials` or why the server could not be reached. The device's session is replaced: the returned
 * identity holds the new one and is stored. If the process dies after the server's yes, the device is signed out and its data stay.
 */
export async function changePassword(
  context: AccountContext,
  own: Identity,
  oldPassword: string,
  newPassword: string,
): Promise<Identity> {
  const { api, crypto, store } = context;
  checkNewPassword(newPassword);
  const pinned = { account: own.account, accountKey: own.credential.accountKey };
  const signedIn = await signIn(
    context,
    { userName: own.userName, password: oldPassword, server: own.server },
    pinned,
  );
  // The session that replaces this one inherits its device.
  await bindDevice(api, crypto, signedIn.token, own);
  const token = toBase64Url(signedIn.token);

  const registration = await startPasswordRegistration(newPassword);
  const { registrationRequest } = registration;
  const { registrationResponse } = valueOf(
    await api.call("passwordStart", { token, body: { registrationRequest } }),
  );
  const { registrationRecord, exportKey } = registration.finish(registrationResponse);

  const accountPrivateKey = await unsealAccountKey(context, signedIn);
  const sealedAccountKey = await sealAccountKey(crypto, own.account, accountPrivateKey, exportKey);
  accountPrivateKey.fill(0);
  // A new data key: who knows the old password and kept an old wrap must not read what is written from now on.
  const vaultKey = createVaultKey(crypto);
  const wrapExport = await wrapVaultKey(crypto, own.account, vaultKey, exportKey);
  const sections = sectionsOf(await storedContents(store));
  const version = signedIn.vault.version + 1;
  const vault = await vaultBody(crypto, { account: own.account, version, vaultKey, wrapExport }, sections);

  const body = { registrationRecord, sealedAccountKey: toBase64Url(sealedAccountKey), vault };
  const changed = valueOf(await api.call("passwordFinish", { token, body }));
  const identity: Identity = {
    ...own,
    token: bytesOfText(changed.token),
    deviceList: signedIn.signedList,
    vaultKey,
    vaultVersion: version,
  };
  try {
    await store.commit([identityWrite(identity), vaultRecordWrite({ wrapExport, writtenHash: null })]);
  } catch (error) {
    throw sottoError("storeFailed", "the password is changed; sign in again with the new one", error);
  }
  return identity;
}
