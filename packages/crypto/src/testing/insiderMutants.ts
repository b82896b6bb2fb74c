/**
 * What a member makes that alters one field of an honest commit or Welcome and signs, tags and encrypts the result as its keys allow: such
 * bytes open everywhere, so that only the checks of their content are left. Both give `undefined` if an altered value cannot be encoded.
 */
import { bytesEqual } from "@sotto/protocol";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";
import type { GroupInfo } from "ts-mls/groupInfo.js";
import { extractWelcomeSecret, signGroupInfo } from "ts-mls/groupInfo.js";
import type { GroupSecrets } from "ts-mls/groupSecrets.js";
import type { Proposal } from "ts-mls/proposal.js";
import {
  decryptGroupInfo,
  decryptGroupSecrets,
  encryptGroupInfo,
  encryptGroupSecrets,
} from "ts-mls/welcome.js";
import type { KeyPackageBundle } from "../mls/port.ts";
import { appDataProposal } from "../mls/tsMlsAppData.ts";
import { encodeMessage } from "../mls/tsMlsCodec.ts";
import { decodeWelcomeMessage } from "../mls/tsMlsJoin.ts";
import { decodeKeyPackageMessage, decodePrivateBytes } from "../mls/tsMlsKeyPackage.ts";
import type { Dice } from "./alter.ts";
import { alterValue } from "./alter.ts";
import { forgeCommit, insiderContext, stateOfPeer } from "./insider.ts";
import type { Peer } from "./peer.ts";

/** What the commit is before it is altered. */
export interface CommitPlan {
  /** KeyPackage messages. */
  readonly add: readonly Uint8Array[];
  readonly remove: readonly number[];
  readonly appData?: Uint8Array;
}

/** A commit whose proposals, leaf or path has one field that it should not have; tag and signature are right for the rest. */
export async function alteredCommit(
  peer: Peer,
  plan: CommitPlan,
  dice: Dice,
): Promise<Uint8Array | undefined> {
  const state = stateOfPeer(peer);
  const proposals: Proposal[] = [
    ...plan.add.map((bytes): Proposal => ({
      proposalType: "add",
      add: { keyPackage: decodeKeyPackageMessage(bytes, insiderContext) },
    })),
    ...plan.remove.map((removed): Proposal => ({ proposalType: "remove", remove: { removed } })),
    ...(plan.appData === undefined ? [] : [appDataProposal(state.current.context, plan.appData)]),
  ];
  const places = proposals.length > 0 ? 5 : 3;
  const changed = [
    { leaf: alter },
    { path: alter },
    { path: alter },
    { claimed: alterValue(proposals, dice) },
    { proposals: alterValue(proposals, dice) },
  ][dice(places)];
  function alter<T>(value: T): T {
    return alterValue(value, dice);
  }
  return forgeCommit(peer, { proposals, ...changed }).catch(() => undefined);
}

/** A Welcome whose group info or ratchet tree has one field altered, signed by the member; for the one joiner of the bundle. */
export function welcomeWithAlteredInfo(
  signer: Peer,
  welcome: Uint8Array,
  bundle: KeyPackageBundle,
  dice: Dice,
): Promise<Uint8Array | undefined> {
  return rebuilt(signer, welcome, bundle, ({ info, secrets }) => {
    const { signature, ...signedPart } = info;
    if (dice(2) === 0) return { info: { ...alterValue(signedPart, dice), signature }, secrets };
    const extensions = info.extensions.map((extension) =>
      extension.extensionType === "ratchet_tree"
        ? { ...extension, extensionData: alteredTree(extension.extensionData, dice) }
        : extension,
    );
    return { info: { ...info, extensions }, secrets };
  });
}

/** A Welcome with a path secret that is not the path's: the joiner could enter, and would not understand a later commit. */
export function welcomeWithAlteredSecret(
  signer: Peer,
  welcome: Uint8Array,
  bundle: KeyPackageBundle,
  dice: Dice,
): Promise<Uint8Array | undefined> {
  return rebuilt(signer, welcome, bundle, ({ info, secrets }) => {
    const { pathSecret } = secrets;
    const altered = pathSecret && alterValue(pathSecret, dice);
    if (pathSecret === undefined || altered === undefined || bytesEqual(altered, pathSecret))
      return undefined;
    return { info, secrets: { ...secrets, pathSecret: altered } };
  });
}

interface Contents {
  readonly info: GroupInfo;
  readonly secrets: GroupSecrets;
}

async function rebuilt(
  signer: Peer,
  bytes: Uint8Array,
  bundle: KeyPackageBundle,
  change: (honest: Contents) => Contents | undefined,
): Promise<Uint8Array | undefined> {
  const state = stateOfPeer(signer);
  const { impl } = insiderContext.suite(state.suite);
  const noPsk = new Uint8Array(impl.kdf.size);
  const welcome = decodeWelcomeMessage(bytes, insiderContext);
  const { initPrivateKey } = decodePrivateBytes(bundle.privateBytes);
  const [first] = welcome.secrets;
  if (first === undefined || state.keys === undefined) throw new Error("no Welcome of a member");
  const { newMember } = first;
  const secrets = await decryptGroupSecrets(
    await impl.hpke.importPrivateKey(initPrivateKey),
    newMember,
    welcome,
    impl.hpke,
  );
  const info = secrets && (await decryptGroupInfo(welcome, secrets.joinerSecret, noPsk, impl));
  if (secrets === undefined || info === undefined) throw new Error("not the Welcome of the bundle");
  try {
    const changed = change({ info, secrets });
    if (changed === undefined) return undefined;
    const signed = await signGroupInfo(changed.info, state.keys.signaturePrivateKey, impl.signature);
    const welcomeSecret = await extractWelcomeSecret(secrets.joinerSecret, noPsk, impl.kdf);
    const encryptedGroupInfo = await encryptGroupInfo(signed, welcomeSecret, impl);
    const { initKey } = decodeKeyPackageMessage(bundle.publicBytes, insiderContext);
    const publicKey = await impl.hpke.importPublicKey(initKey);
    const { enc, ct } = await encryptGroupSecrets(publicKey, encryptedGroupInfo, changed.secrets, impl.hpke);
    const encryptedGroupSecrets = { kemOutput: enc, ciphertext: ct };
    const altered = { ...welcome, secrets: [{ newMember, encryptedGroupSecrets }], encryptedGroupInfo };
    return encodeMessage({ version: "mls10", wireformat: "mls_welcome", welcome: altered });
  } catch {
    return undefined;
  }
}

function alteredTree(bytes: Uint8Array, dice: Dice): Uint8Array {
  const tree: RatchetTree = decodeRatchetTree(bytes, 0)?.[0] ?? [];
  return encodeRatchetTree(alterValue(tree, dice));
}
