/** Sealed profiles. */
import type { AccountId } from "@sotto/protocol";
import { parseId, toBase64Url } from "@sotto/protocol";
import { accepted, refused } from "../../../ports/result.ts";
import type { EndpointsOf } from "../service.ts";
import { bytesOf } from "../wireValues.ts";

export const profileEndpoints: EndpointsOf<"putProfile" | "getProfile"> = {
  putProfile: ({ executor }, { input: { version, sealedProfile }, caller }) =>
    executor.execute({
      type: "putProfile",
      session: caller.key,
      profile: { version, sealed: bytesOf(sealedProfile) },
    }),

  async getProfile({ executor }, { params, caller }) {
    const account = parseId<AccountId>(params["account"] ?? "");
    if (account === undefined)
      return refused("badRequest", { detail: "an account id has 32 hexadecimal characters" });
    const found = await executor.execute({ type: "getProfile", session: caller.key, account });
    if (!found.ok) return found;
    return accepted({ version: found.value.version, sealedProfile: toBase64Url(found.value.sealed) });
  },
};
