/** What the server tells anyone about itself. */
import { PROTOCOL } from "@sotto/protocol";
import { accepted } from "../../../ports/result.ts";
import type { EndpointsOf } from "../service.ts";

export const serverEndpoints: EndpointsOf<"health" | "info"> = {
  /** Asks the store, so that a server whose database has failed does not call itself healthy. */
  async health({ executor }) {
    const info = await executor.execute({ type: "info" });
    return info.ok ? accepted({ status: "ok" }) : info;
  },

  async info({ store, registration }) {
    return accepted({ name: "sotto", protocol: PROTOCOL, store, registration });
  },
};
