/** Key packages (ACC-16, ACC-17): single use, deleted on hand-out; the last resort is handed out and kept when no other is left. */
import type { DeviceId } from "@sotto/protocol";
import { MAX_KEY_PACKAGE_BYTES } from "@sotto/protocol";
import type { DeviceRecord } from "../../ports/records.ts";
import type {
  ClaimedKeyPackage,
  ClaimKeyPackagesRequest,
  KeyPackageUpload,
  PutKeyPackagesRequest,
  RequestValues,
} from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import { authoriseDevice } from "../authorise.ts";
import type { RuleContext } from "../context.ts";

/** Twice what a device aims for, so that a refill that crosses a claim is never refused. */
const MAX_PACKAGES_PER_DEVICE = 100;

export function putKeyPackages(
  tx: StoreTx,
  request: PutKeyPackagesRequest,
  context: RuleContext,
): Result<RequestValues["putKeyPackages"]> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  return storeKeyPackages(tx, authorised.value.device, request.keyPackages);
}

/** Adds packages of a stored device. Refused: tooLarge for too many or too long ones. */
export function storeKeyPackages(
  tx: StoreTx,
  device: DeviceId,
  upload: KeyPackageUpload,
): Result<RequestValues["putKeyPackages"]> {
  const { packages, lastResort } = upload;
  const count = tx.countKeyPackages(device) + packages.length;
  if (count > MAX_PACKAGES_PER_DEVICE)
    return refused("tooLarge", { detail: `at most ${MAX_PACKAGES_PER_DEVICE} key packages per device` });
  const sizes = [...packages, ...(lastResort === null ? [] : [lastResort])].map(({ length }) => length);
  if (sizes.some((size) => size > MAX_KEY_PACKAGE_BYTES))
    return refused("tooLarge", { detail: "a key package is too long" });
  tx.insertKeyPackages(device, packages);
  if (lastResort !== null) tx.putLastResort(device, lastResort);
  return accepted({ count });
}

/** One package for each device of the account that has any, without the caller's own device. */
export function claimKeyPackages(
  tx: StoreTx,
  request: ClaimKeyPackagesRequest,
  context: RuleContext,
): Result<RequestValues["claimKeyPackages"]> {
  const authorised = authoriseDevice(tx, request.session, context);
  if (!authorised.ok) return authorised;
  const own = authorised.value;
  const { limits, nowMs } = context;
  if (!limits.claimsByRequester.take(own.account, nowMs)) return refused("slowDown");
  if (tx.accountById(request.account) === undefined) return refused("userUnknown");
  if (!limits.claimsByTarget.take(request.account, nowMs)) return refused("slowDown");
  const packages = tx
    .devicesOf(request.account)
    .filter(({ device }) => device !== own.device)
    .flatMap((device) => claim(tx, device));
  return packages.length === 0 ? refused("noKeyPackage") : accepted({ packages });
}

function claim(tx: StoreTx, { device }: DeviceRecord): readonly ClaimedKeyPackage[] {
  const keyPackage = tx.takeKeyPackage(device) ?? tx.lastResort(device);
  return keyPackage === undefined ? [] : [{ device, keyPackage }];
}
