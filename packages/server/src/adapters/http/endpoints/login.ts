/**
 * Login: OPAQUE's two steps. An unknown user name takes the same path as a wrong password to the end: the same work, the same
 * form of reply, the same refusal.
 */
import { randomBytes } from "node:crypto";
import { TOKEN_BYTES, toBase64Url } from "@sotto/protocol";
import { accepted, refused } from "../../../ports/result.ts";
import { hashOfToken } from "../access.ts";
import type { EndpointsOf } from "../service.ts";
import { wireVault } from "../wireValues.ts";

export const loginEndpoints: EndpointsOf<"loginStart" | "loginFinish"> = {
  async loginStart({ limits, executor, opaque, pendingLogins, nowMs }, { input }) {
    const { userName, startLoginRequest } = input;
    if (!limits.loginsByAccount.take(userName, nowMs())) return refused("slowDown");
    const found = await executor.execute({ type: "loginRecord", userName });
    if (!found.ok) return found;
    const { registrationRecord } = found.value;
    const started = opaque.startLogin(userName, registrationRecord, startLoginRequest);
    if (started === undefined) return refused("badRequest", { detail: "not a message of OPAQUE" });
    const loginId = pendingLogins.add({ userName, registrationRecord, state: started.state }, nowMs());
    return accepted({ loginId, loginResponse: started.response });
  },

  async loginFinish({ executor, opaque, pendingLogins, nowMs }, { input }) {
    const login = pendingLogins.take(input.loginId, nowMs());
    if (login === undefined || !opaque.finishLogin(login.state, input.finishLoginRequest)) {
      return refused("wrongCredentials");
    }
    const { userName, registrationRecord } = login;
    // The library proves no login against its fake records.
    if (registrationRecord === null) return refused("wrongCredentials");
    const token = randomBytes(TOKEN_BYTES);
    const opened = await executor.execute({
      type: "openSession",
      userName,
      registrationRecord,
      session: hashOfToken(token),
    });
    if (!opened.ok) return opened;
    const { account, deviceList, sealedAccountKey, vault } = opened.value;
    return accepted({
      token: toBase64Url(token),
      account,
      deviceList: toBase64Url(deviceList),
      sealedAccountKey: toBase64Url(sealedAccountKey),
      vault: wireVault(vault),
    });
  },
};
