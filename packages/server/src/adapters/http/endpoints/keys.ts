/** Device lists, key packages and vaults. */
import type { AccountId, DeviceId } from "@sotto/protocol";
import { USER_NAME_PATTERN, parseId, toBase64Url } from "@sotto/protocol";
import type { AccountView } from "../../../ports/requests.ts";
import type { Result } from "../../../ports/result.ts";
import { accepted, refused } from "../../../ports/result.ts";
import type { OutputOf } from "../routeSchemas.ts";
import type { EndpointsOf } from "../service.ts";
import { bytesOf, idOf, keyPackageUpload, vaultParts, wireVault } from "../wireValues.ts";

export const keyEndpoints: EndpointsOf<
  | "putDeviceList"
  | "accountByName"
  | "accountById"
  | "putKeyPackages"
  | "claimKeyPackages"
  | "getVault"
  | "putVault"
> = {
  putDeviceList: ({ executor }, { input, caller }) =>
    executor.execute({
      type: "putDeviceList",
      session: caller.key,
      deviceList: bytesOf(input.deviceList),
      device: idOf<DeviceId>(input.device),
      keyPackages: keyPackageUpload(input.keyPackages),
      vault: input.vault === null ? null : vaultParts(input.vault),
    }),

  async accountByName({ executor }, { params, caller }) {
    const userName = params["userName"] ?? "";
    if (!USER_NAME_PATTERN.test(userName)) return refused("badUserName");
    return accountAnswer(await executor.execute({ type: "accountByName", session: caller.key, userName }));
  },

  async accountById({ executor }, { params, caller }) {
    const account = parseId<AccountId>(params["account"] ?? "");
    if (account === undefined)
      return refused("badRequest", { detail: "an account id has 32 hexadecimal characters" });
    return accountAnswer(await executor.execute({ type: "accountById", session: caller.key, account }));
  },

  putKeyPackages: ({ executor }, { input, caller }) =>
    executor.execute({ type: "putKeyPackages", session: caller.key, keyPackages: keyPackageUpload(input) }),

  async claimKeyPackages({ executor }, { input, caller }) {
    const account = idOf<AccountId>(input.account);
    const claimed = await executor.execute({ type: "claimKeyPackages", session: caller.key, account });
    if (!claimed.ok) return claimed;
    const packages = claimed.value.packages.map(({ device, keyPackage }) => ({
      device,
      keyPackage: toBase64Url(keyPackage),
    }));
    return accepted({ packages });
  },

  async getVault({ executor }, { caller }) {
    const vault = await executor.execute({ type: "getVault", session: caller.key });
    return vault.ok ? accepted(wireVault(vault.value)) : vault;
  },

  putVault: ({ executor }, { input, caller }) =>
    executor.execute({ type: "putVault", session: caller.key, vault: vaultParts(input) }),
};

function accountAnswer(found: Result<AccountView>): Result<OutputOf<"accountByName">> {
  if (!found.ok) return found;
  return accepted({ account: found.value.account, deviceList: toBase64Url(found.value.deviceList) });
}
