/** Servers that help two devices to find a direct path. */
import { accepted } from "../../../ports/result.ts";
import type { EndpointsOf } from "../service.ts";

const TTL_SECONDS = 3600;

export const iceEndpoints: EndpointsOf<"ice"> = {
  async ice() {
    return accepted({ servers: [], ttlSeconds: TTL_SECONDS });
  },
};
