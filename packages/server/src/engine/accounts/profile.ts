/** Sealed profiles (PRO-5): whoever has nothing to do with an account learns not even whether it has one. */
import type { AccountId } from "@sotto/protocol";
import { PROFILE_SEALED_BYTES } from "@sotto/protocol";
import type {
  GetProfileRequest,
  ProfileParts,
  PutProfileRequest,
  RequestValues,
} from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

export function putProfile(
  tx: StoreTx,
  request: PutProfileRequest,
  context: RuleContext,
): Result<RequestValues["putProfile"]> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { account } = authorised.value;
  const { version, sealed } = request.profile;
  if (!PROFILE_SEALED_BYTES.includes(sealed.length))
    return refused("badRequest", { detail: "a sealed profile has one of a few sizes" });
  if (!context.limits.profilesByAccount.take(account, context.nowMs)) return refused("slowDown");
  // Another device of the account was first.
  if (version <= (tx.profile(account)?.version ?? 0))
    return refused("conflict", { detail: "the profile has changed" });
  tx.putProfile(account, { version, sealed });
  return accepted({});
}

export function getProfile(
  tx: StoreTx,
  request: GetProfileRequest,
  context: RuleContext,
): Result<ProfileParts> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const { device, account } = authorised.value;
  if (!context.limits.profileQuestionsByDevice.take(device, context.nowMs)) return refused("slowDown");
  const profile = maySee(tx, account, request.account) ? tx.profile(request.account) : undefined;
  return profile === undefined ? refused("notFound") : accepted(profile);
}

function maySee(tx: StoreTx, account: AccountId, other: AccountId): boolean {
  return account === other || tx.hasOpenPair(account, other) || tx.sharesGroup(account, other);
}
