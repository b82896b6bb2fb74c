/** Sessions and the end of an account: each is one request to the store. */
import type { DeviceId } from "@sotto/protocol";
import type { EndpointsOf } from "../service.ts";
import { bytesOf, idOf } from "../wireValues.ts";

export const sessionEndpoints: EndpointsOf<"bindDevice" | "logout" | "deleteAccount"> = {
  bindDevice: ({ executor }, { input, caller }) =>
    executor.execute({
      type: "bindDevice",
      session: caller.key,
      device: idOf<DeviceId>(input.device),
      proof: bytesOf(input.proof),
    }),

  logout: ({ executor }, { input, caller }) =>
    executor.execute({ type: "logout", session: caller.key, everywhere: input.everywhere }),

  deleteAccount: ({ executor }, { input, caller }) =>
    executor.execute({ type: "deleteAccount", session: caller.key, userName: input.userName }),
};
