/** What members ask about their group. */
import type { GroupId } from "@sotto/protocol";
import { parseId } from "@sotto/protocol";
import { accepted, refused } from "../../../ports/result.ts";
import type { EndpointsOf } from "../service.ts";

export const groupEndpoints: EndpointsOf<"groupMailboxes"> = {
  async groupMailboxes({ executor }, { params, caller }) {
    const group = parseId<GroupId>(params["group"] ?? "");
    if (group === undefined)
      return refused("badRequest", { detail: "a group id has 32 hexadecimal characters" });
    const list = await executor.execute({ type: "groupMailboxes", session: caller.key, group });
    return list.ok ? accepted({ index: list.value.index, mailboxes: [...list.value.mailboxes] }) : list;
  },
};
