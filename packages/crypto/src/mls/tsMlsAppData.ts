/**
 * App data (MLS-24): what the application keeps in the group context (RFC 9420 §8.1), in one private extension, so that the confirmation tag
 * vouches for it at every member and joiner. A member's commit replaces it by a GroupContextExtensions proposal (§12.1.7).
 */
import { MAX_APP_DATA_BYTES } from "@sotto/protocol";
import type { Extension } from "ts-mls/extension.js";
import type { Proposal, ProposalGroupContextExtensions } from "ts-mls/proposal.js";
import { MlsInputError } from "./port.ts";

/** Our private extension of the group context (RFC 9420 §17.3, private use). */
export const APP_DATA_EXTENSION = 0xf002;

/** What app data is looked for in. */
interface Extended {
  readonly extensions: readonly Extension[];
}

/** The app data of a context of ours; `null` for a group that was made without. Not a copy. */
export function appDataOf({ extensions }: Extended): Uint8Array | null {
  return extensions.find(({ extensionType }) => extensionType === APP_DATA_EXTENSION)?.extensionData ?? null;
}

/** The extensions of a context with a copy of these bytes. Throws {@link MlsInputError} `invalid` above {@link MAX_APP_DATA_BYTES}. */
export function extensionsWith(appData: Uint8Array): [Extension] {
  if (appData.length > MAX_APP_DATA_BYTES) throw new MlsInputError("invalid", "app data is too large");
  return [{ extensionType: APP_DATA_EXTENSION, extensionData: appData.slice() }];
}

/** The proposal that replaces a group's app data. Throws {@link MlsInputError} `invalid` for a group without. */
export function appDataProposal(context: Extended, appData: Uint8Array): ProposalGroupContextExtensions {
  if (appDataOf(context) === null) throw new MlsInputError("invalid", "the group has no app data");
  return {
    proposalType: "group_context_extensions",
    groupContextExtensions: { extensions: extensionsWith(appData) },
  };
}

/** What is wrong with the extensions of a context that comes from outside: they are none, or the app data alone. */
export function contextExtensionsFault(extensions: readonly Extension[]): string | undefined {
  const [only] = extensions;
  if (only === undefined) return undefined;
  if (extensions.length > 1 || only.extensionType !== APP_DATA_EXTENSION) return "group context extensions";
  return only.extensionData.length > MAX_APP_DATA_BYTES ? "app data is too large" : undefined;
}

/**
 * What is wrong with the GroupContextExtensions proposals of a commit. That they are by value is a rule of standalone proposals: none but a
 * request to leave is ever noted.
 */
export function appDataFault(
  proposals: readonly Proposal[],
  context: Extended,
  isMember: boolean,
): string | undefined {
  const found = proposals.filter((proposal) => proposal.proposalType === "group_context_extensions");
  const [proposal] = found;
  if (proposal === undefined) return undefined;
  if (found.length > 1) return "several GroupContextExtensions";
  if (!isMember) return "GroupContextExtensions from outside";
  if (appDataOf(context) === null) return "GroupContextExtensions in a group without app data";
  const { extensions } = proposal.groupContextExtensions;
  return extensions.length === 0 ? "commit drops the app data" : contextExtensionsFault(extensions);
}
