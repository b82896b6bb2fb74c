/** The Welcome of a commit (RFC 9420 §12.4.3.1): one for all who join, the tree and our private extension inside its GroupInfo. */
import type { EpochSecrets } from "ts-mls/keySchedule.js";
import { encode } from "ts-mls/codec/tlsEncoder.js";
import type { GroupContext } from "ts-mls/groupContext.js";
import { signGroupInfo } from "ts-mls/groupInfo.js";
import type { KeyPackage } from "ts-mls/keyPackage.js";
import { makeKeyPackageRef } from "ts-mls/keyPackage.js";
import type { PreSharedKeyID } from "ts-mls/presharedkey.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { ratchetTreeEncoder } from "ts-mls/ratchetTree.js";
import type { EncryptedGroupSecrets } from "ts-mls/welcome.js";
import { encryptGroupInfo, encryptGroupSecrets } from "ts-mls/welcome.js";
import { commonAncestor } from "./treePaths.ts";
import { encodeMessage } from "./tsMlsCodec.ts";
import { JOINER_INFO_EXTENSION } from "./tsMlsKeyPackage.ts";
import type { OwnKeys } from "./tsMlsState.ts";
import type { Suite } from "./tsMlsSuite.ts";

const encodeTree = encode(ratchetTreeEncoder);

/** What a commit hands to those who join with it. */
export interface WelcomeInput {
  readonly context: GroupContext;
  readonly tree: RatchetTree;
  /** The committer's keys of the new epoch. */
  readonly keys: OwnKeys;
  readonly joiners: readonly { readonly leaf: number; readonly keyPackage: KeyPackage }[];
  /** By node index. */
  readonly pathSecrets: ReadonlyMap<number, Uint8Array>;
  readonly secrets: EpochSecrets;
  readonly pskIds: readonly PreSharedKeyID[];
  readonly joinerInfo: Uint8Array;
}

/** The Welcome message, or null when nobody joins. */
export async function createWelcome(suite: Suite, input: WelcomeInput): Promise<Uint8Array | null> {
  if (input.joiners.length === 0) return null;
  const { impl } = suite;
  const groupInfo = await signGroupInfo(
    {
      groupContext: input.context,
      extensions: [
        { extensionType: JOINER_INFO_EXTENSION, extensionData: input.joinerInfo },
        { extensionType: "ratchet_tree", extensionData: encodeTree(input.tree) },
      ],
      confirmationTag: input.keys.confirmationTag,
      signer: input.keys.path.leafIndex,
    },
    input.keys.signaturePrivateKey,
    impl.signature,
  );
  const encryptedGroupInfo = await encryptGroupInfo(groupInfo, input.secrets.welcomeSecret, impl);
  const secrets = await Promise.all(
    input.joiners.map((joiner) => secretsFor(suite, input, joiner, encryptedGroupInfo)),
  );
  return encodeMessage({
    version: "mls10",
    wireformat: "mls_welcome",
    welcome: { cipherSuite: impl.name, secrets, encryptedGroupInfo },
  });
}

async function secretsFor(
  { impl }: Suite,
  input: WelcomeInput,
  { leaf, keyPackage }: WelcomeInput["joiners"][number],
  encryptedGroupInfo: Uint8Array,
): Promise<EncryptedGroupSecrets> {
  const { enc, ct } = await encryptGroupSecrets(
    await impl.hpke.importPublicKey(keyPackage.initKey),
    encryptedGroupInfo,
    {
      joinerSecret: input.secrets.joinerSecret,
      pathSecret: input.pathSecrets.get(commonAncestor(leaf, input.keys.path.leafIndex)),
      psks: [...input.pskIds],
    },
    impl.hpke,
  );
  return {
    newMember: await makeKeyPackageRef(keyPackage, impl.hash),
    encryptedGroupSecrets: { kemOutput: enc, ciphertext: ct },
  };
}
