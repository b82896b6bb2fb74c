/** ACC-1: an account comes into being with its first device, keys, vault and session, or not at all. */
import type { DeviceList, ListedDevice } from "@sotto/protocol";
import { USER_NAME_PATTERN } from "@sotto/protocol";
import type { Done, RegisterRequest } from "../../ports/requests.ts";
import type { Result } from "../../ports/result.ts";
import { accepted, refused } from "../../ports/result.ts";
import type { StoreTx } from "../../ports/store.ts";
import type { RuleContext } from "../context.ts";
import { storeKeyPackages } from "./keyPackages.ts";
import { insertListed, isFree } from "./listedDevices.ts";
import { readDeviceList } from "./readDeviceList.ts";

export function register(tx: StoreTx, request: RegisterRequest, context: RuleContext): Result<Done> {
  if (context.settings.registration === "closed") return refused("registrationClosed");
  const { userName, registrationRecord, account, deviceList, sealedAccountKey, vault, keyPackages, session } =
    request;
  if (!USER_NAME_PATTERN.test(userName)) return refused("badUserName");
  if (tx.accountByName(userName) !== undefined) return refused("userNameTaken");
  if (tx.accountById(account) !== undefined)
    return refused("conflict", { detail: "the account id is in use" });
  if (vault.version !== 1) return refused("badRequest", { detail: "the first vault has version 1" });
  const list = readDeviceList(deviceList, context.crypto)?.list;
  const device = list && firstDevice(list, request);
  if (device === undefined)
    return refused("badRequest", { detail: "not the first device list of this account" });
  if (!isFree(tx, device)) return refused("conflict", { detail: "the device or mailbox id is in use" });

  const { nowMs } = context;
  tx.insertAccount(
    { account, userName, registrationRecord, deviceList, sealedAccountKey, createdAtMs: nowMs },
    vault,
  );
  insertListed(tx, account, device);
  tx.insertSession({ session, account, device: device.device, createdAtMs: nowMs, seenAtMs: nowMs });
  const stored = storeKeyPackages(tx, device.device, keyPackages);
  return stored.ok ? accepted({}) : stored;
}

/** The one device of a first list, or `undefined`. */
function firstDevice(list: DeviceList, { account, userName }: RegisterRequest): ListedDevice | undefined {
  const [device, ...others] = list.devices;
  const isFirst = list.version === 1 && list.previousHash.every((byte) => byte === 0);
  const isOwn = list.account === account && list.userName === userName;
  return isFirst && isOwn && others.length === 0 ? device : undefined;
}
