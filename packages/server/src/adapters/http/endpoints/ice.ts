/** Servers that help two devices to find a direct path. */
import { accepted, refused } from "../../../ports/result.ts";
import type { EndpointsOf } from "../service.ts";

export const iceEndpoints: EndpointsOf<"ice"> = {
  async ice({ iceServers, iceByDevice, nowMs }, { caller: { device } }) {
    if (device === null) return refused("noDevice");
    if (!iceByDevice.take(device, nowMs())) return refused("slowDown");
    return accepted(iceServers.answerFor(device));
  },
};
