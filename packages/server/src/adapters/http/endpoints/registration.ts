/**
 * Registration and new passwords: OPAQUE's two steps. Every evaluation of a user name's OPRF is worth one guess at its password, so the
 * open step is refused for a name that is taken and counts against the name's login attempts.
 */
import { randomBytes } from "node:crypto";
import type { AccountId } from "@sotto/protocol";
import { TOKEN_BYTES, toBase64Url } from "@sotto/protocol";
import { accepted, refused } from "../../../ports/result.ts";
import { hashOfToken } from "../access.ts";
import type { EndpointsOf } from "../service.ts";
import { bytesOf, idOf, keyPackageUpload, vaultParts } from "../wireValues.ts";

const MALFORMED = "not a message of OPAQUE";

export const registrationEndpoints: EndpointsOf<
  "registerStart" | "registerFinish" | "passwordStart" | "passwordFinish"
> = {
  async registerStart({ registration, limits, executor, opaque, nowMs }, { input }) {
    const { userName, registrationRequest } = input;
    if (registration === "closed") return refused("registrationClosed");
    if (!limits.loginsByAccount.take(userName, nowMs())) return refused("slowDown");
    const found = await executor.execute({ type: "loginRecord", userName });
    if (!found.ok) return found;
    if (found.value.registrationRecord !== null) return refused("userNameTaken");
    const registrationResponse = opaque.registrationResponse(userName, registrationRequest);
    if (registrationResponse === undefined) return refused("badRequest", { detail: MALFORMED });
    return accepted({ registrationResponse });
  },

  async registerFinish({ registration, executor, opaque }, { input }) {
    const { userName, registrationRecord, account, deviceList, sealedAccountKey, vault, keyPackages } = input;
    if (registration === "closed") return refused("registrationClosed");
    if (!opaque.isRecord(userName, registrationRecord)) return refused("badRequest", { detail: MALFORMED });
    const token = randomBytes(TOKEN_BYTES);
    const done = await executor.execute({
      type: "register",
      userName,
      registrationRecord,
      account: idOf<AccountId>(account),
      deviceList: bytesOf(deviceList),
      sealedAccountKey: bytesOf(sealedAccountKey),
      vault: vaultParts(vault),
      keyPackages: keyPackageUpload(keyPackages),
      session: hashOfToken(token),
    });
    return done.ok ? accepted({ token: toBase64Url(token) }) : done;
  },

  async passwordStart({ opaque }, { input, caller }) {
    const registrationResponse = opaque.registrationResponse(caller.userName, input.registrationRequest);
    if (registrationResponse === undefined) return refused("badRequest", { detail: MALFORMED });
    return accepted({ registrationResponse });
  },

  async passwordFinish({ executor, opaque }, { input, caller }) {
    const { registrationRecord, sealedAccountKey, vault } = input;
    if (!opaque.isRecord(caller.userName, registrationRecord))
      return refused("badRequest", { detail: MALFORMED });
    const token = randomBytes(TOKEN_BYTES);
    const done = await executor.execute({
      type: "changePassword",
      session: caller.key,
      registrationRecord,
      sealedAccountKey: bytesOf(sealedAccountKey),
      vault: vaultParts(vault),
      newSession: hashOfToken(token),
    });
    return done.ok ? accepted({ token: toBase64Url(token) }) : done;
  },
};
