/** Signing in: the password exchange, the checks on what the server shows for it, and the proof that a session is this device's. */
import type { CryptoProvider, PinnedAccount, VerifiedDeviceList } from "@sotto/crypto";
import { verifyDeviceList } from "@sotto/crypto";
import type { DeviceId } from "@sotto/protocol";
import { LABELS, labelled, toBase64Url } from "@sotto/protocol";
import type { ResponseOf, ServerApi } from "../http/serverApi.ts";
import { bytesOfText, idOfText } from "../http/text.ts";
import { sottoError } from "../sdk/messages.ts";
import { valueOf } from "./answers.ts";
import type { AccountContext, Credentials } from "./context.ts";
import { startPasswordLogin } from "./password.ts";

/** What a right password gives. */
export interface SignedIn {
  readonly token: Uint8Array;
  /** OPAQUE export key: secret. */
  readonly exportKey: string;
  readonly list: VerifiedDeviceList;
  readonly signedList: Uint8Array;
  readonly sealedAccountKey: Uint8Array;
  readonly vault: ResponseOf<"getVault">;
}

/**
 * Proves the password. Throws `wrongCredentials`, or `refused` when the server shows a device list that is not the account's: whatever
 * is pinned is the account, whatever it says now.
 */
export async function signIn(
  context: AccountContext,
  { userName, password }: Credentials,
  pinned?: PinnedAccount,
): Promise<SignedIn> {
  const { api, crypto } = context;
  const login = await startPasswordLogin(password);
  const start = valueOf(
    await api.call("loginStart", { body: { userName, startLoginRequest: login.startLoginRequest } }),
  );
  const finished = login.finish(start.loginResponse);
  if (finished === undefined) throw sottoError("wrongCredentials");
  const { finishLoginRequest, exportKey } = finished;
  const answer = valueOf(
    await api.call("loginFinish", { body: { loginId: start.loginId, finishLoginRequest } }),
  );
  const signedList = bytesOfText(answer.deviceList);
  const list = await checkedList(crypto, signedList, pinned);
  if (list.userName !== userName || list.account !== idOfText(answer.account))
    throw foreignList("the list is another account's");
  return {
    token: bytesOfText(answer.token),
    exportKey,
    list,
    signedList,
    sealedAccountKey: bytesOfText(answer.sealedAccountKey),
    vault: answer.vault,
  };
}

/** Makes a session the device's: its leaf key signs the hash of the session's token (ACC-11). */
export async function bindDevice(
  api: ServerApi,
  crypto: CryptoProvider,
  token: Uint8Array,
  device: { readonly device: DeviceId; readonly leafPrivateKey: Uint8Array },
): Promise<void> {
  const proof = await crypto.ed25519Sign(
    device.leafPrivateKey,
    labelled(LABELS.sessionDevice, crypto.sha256(token)),
  );
  const body = { device: device.device, proof: toBase64Url(proof) };
  valueOf(await api.call("bindDevice", { token: toBase64Url(token), body }));
}

/** Ends a session that is not needed after all. What the server says to it changes nothing. */
export async function abandonSession(api: ServerApi, token: Uint8Array): Promise<void> {
  await api.call("logout", { token: toBase64Url(token), body: { everywhere: false } });
}

async function checkedList(
  crypto: CryptoProvider,
  signedList: Uint8Array,
  pinned: PinnedAccount | undefined,
): Promise<VerifiedDeviceList> {
  const verified = await verifyDeviceList(crypto, signedList, pinned);
  // Devices that joined or left while this one was signed out leave a gap; the signature and the pinned key still hold.
  const judged =
    !verified.ok && verified.reason === "gap" && pinned !== undefined
      ? await verifyDeviceList(crypto, signedList, { account: pinned.account, accountKey: pinned.accountKey })
      : verified;
  if (!judged.ok) throw foreignList(judged.reason);
  return judged.list;
}

function foreignList(reason: string): Error {
  return sottoError("refused", `it showed a device list that is not this account's: ${reason}`);
}
