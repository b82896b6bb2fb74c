/**
 * Somebody outside a group who has its group info - stolen from a member, or made up - and what he can make of it: external commits
 * (RFC 9420 §12.4.3.2).
 */
import { toHex } from "@sotto/protocol";
import { createGroupInfoWithExternalPubAndRatchetTree, joinGroupExternal } from "ts-mls/createCommit.js";
import { encodeMessage } from "../mls/tsMlsCodec.ts";
import { generateKeyPackage } from "../mls/tsMlsKeyPackage.ts";
import type { DeviceIdentity } from "../mls/port.ts";
import { clientStateOf, decodeState } from "../mls/tsMlsState.ts";
import { insiderContext } from "./insider.ts";
import { NOW_MS } from "./peer.ts";

export interface ExternalCommitOptions {
  /** The device whose leaf the commit removes. */
  readonly evicted?: Pick<DeviceIdentity, "leafPublicKey">;
  readonly authenticatedData?: Uint8Array;
}

/** Brings `joiner` into the group of a device's stored records, as the public message that everybody may send. */
export async function externalCommit(
  records: ReadonlyMap<string, Uint8Array>,
  joiner: DeviceIdentity,
  { evicted, authenticatedData }: ExternalCommitOptions = {},
): Promise<Uint8Array> {
  const state = decodeState(records);
  if (state.keys === undefined) throw new Error("not a member");
  const { impl } = insiderContext.suite(state.suite);
  const client = clientStateOf(state, state.keys, insiderContext);
  const info = await createGroupInfoWithExternalPubAndRatchetTree(client, [], impl);
  const { publicPackage, privatePackage } = await generateKeyPackage(
    insiderContext,
    joiner,
    state.suite,
    NOW_MS,
    1,
  );
  const isEvicted = (key: Uint8Array): boolean =>
    evicted !== undefined && toHex(key) === toHex(evicted.leafPublicKey);
  const { publicMessage } = await joinGroupExternal(
    info,
    publicPackage,
    privatePackage,
    evicted !== undefined,
    impl,
    undefined,
    {
      ...insiderContext.config,
      keyPackageEqualityConfig: {
        compareKeyPackages: () => false,
        compareKeyPackageToLeafNode: (_keyPackage, leaf) => isEvicted(leaf.signaturePublicKey),
      },
    },
    authenticatedData,
  );
  return encodeMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
}
