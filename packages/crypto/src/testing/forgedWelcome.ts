/** What an adder who does not keep the rules can make of a Welcome: it knows everything in it, and the joiner's public key. */
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { decryptWithLabel } from "ts-mls/crypto/hpke.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import { extractWelcomeSecret, signGroupInfo } from "ts-mls/groupInfo.js";
import type { GroupSecrets } from "ts-mls/groupSecrets.js";
import { decodeGroupSecrets } from "ts-mls/groupSecrets.js";
import { decryptGroupInfo, encryptGroupInfo, encryptGroupSecrets } from "ts-mls/welcome.js";
import { decodeMessage, encodeMessage } from "../mls/tsMlsCodec.ts";
import { ALL_GUARDS } from "../mls/tsMlsGuards.ts";
import { decodeKeyPackageMessage, decodePrivateBytes } from "../mls/tsMlsKeyPackage.ts";
import type { KeyPackageBundle, SuiteId } from "../mls/port.ts";
import { insiderContext } from "./insider.ts";

export interface ForgedWelcome {
  readonly secrets?: (secrets: GroupSecrets) => GroupSecrets;
  readonly info?: (info: GroupInfo) => GroupInfo;
  /** Signs a changed GroupInfo: the adder's private key. */
  readonly signAs?: Uint8Array;
}

/** An honest Welcome for one joiner, changed and sealed again. The joiner's private key stands in for what the adder remembers. */
export async function forgeWelcome(
  suite: SuiteId,
  bytes: Uint8Array | null,
  bundle: KeyPackageBundle,
  forged: ForgedWelcome,
): Promise<Uint8Array> {
  const message = decodeMessage(bytes ?? new Uint8Array(), ALL_GUARDS);
  if (message.wireformat !== "mls_welcome") throw new Error("not a Welcome");
  const { welcome } = message;
  const { impl } = insiderContext.suite(suite);
  const [entry] = welcome.secrets;
  if (entry === undefined) throw new Error("nobody joins");
  const secrets = await open(impl, welcome.encryptedGroupInfo, entry.encryptedGroupSecrets, bundle);
  const noPsk = new Uint8Array(impl.kdf.size);
  const info = await decryptGroupInfo(welcome, secrets.joinerSecret, noPsk, impl);
  if (info === undefined) throw new Error("no group info");
  const changed = forged.info?.(info) ?? info;
  const encryptedGroupInfo = await encryptGroupInfo(
    forged.signAs === undefined ? changed : await signGroupInfo(changed, forged.signAs, impl.signature),
    await extractWelcomeSecret(secrets.joinerSecret, noPsk, impl.kdf),
    impl,
  );
  const { initKey } = decodeKeyPackageMessage(bundle.publicBytes, insiderContext);
  const { enc, ct } = await encryptGroupSecrets(
    await impl.hpke.importPublicKey(initKey),
    encryptedGroupInfo,
    forged.secrets?.(secrets) ?? secrets,
    impl.hpke,
  );
  const sealed = { ...entry, encryptedGroupSecrets: { kemOutput: enc, ciphertext: ct } };
  return encodeMessage({ ...message, welcome: { ...welcome, secrets: [sealed], encryptedGroupInfo } });
}

async function open(
  { hpke }: CiphersuiteImpl,
  context: Uint8Array,
  { kemOutput, ciphertext }: { readonly kemOutput: Uint8Array; readonly ciphertext: Uint8Array },
  { privateBytes }: KeyPackageBundle,
): Promise<GroupSecrets> {
  const key = await hpke.importPrivateKey(decodePrivateBytes(privateBytes).initPrivateKey);
  const plaintext = await decryptWithLabel(key, "Welcome", context, kemOutput, ciphertext, hpke);
  const secrets = decodeGroupSecrets(plaintext, 0)?.[0];
  if (secrets === undefined) throw new Error("no group secrets");
  return secrets;
}
