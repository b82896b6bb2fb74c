/** Files at the relay (BLB): this server keeps none yet. */
import { refused } from "../../../ports/result.ts";
import type { EndpointsOf } from "../service.ts";

export const blobEndpoints: EndpointsOf<"createBlob" | "blobStatus" | "blobDone"> = {
  createBlob: async () => refused("unavailable"),
  blobStatus: async () => refused("unavailable"),
  blobDone: async () => refused("unavailable"),
};
