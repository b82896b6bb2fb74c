/** Rooms with a password. */
import { refused } from "../../../ports/result.ts";
import type { EndpointsOf } from "../service.ts";

const none = async () => refused("unavailable");

export const roomEndpoints: EndpointsOf<
  "roomPasswordStart" | "putRoom" | "roomLoginStart" | "roomLoginFinish" | "groupInfo" | "putGroupInfo"
> = {
  roomPasswordStart: none,
  putRoom: none,
  roomLoginStart: none,
  roomLoginFinish: none,
  groupInfo: none,
  putGroupInfo: none,
};
