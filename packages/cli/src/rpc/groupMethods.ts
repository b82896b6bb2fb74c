/** The methods of groups. Each change answers when it is stored; events tell when it has come true. */
import type { ConversationId } from "@sotto/protocol";
import type { Sotto } from "sotto";
import { mustConversation } from "../sendText.ts";
import type { Method } from "./methods.ts";
import type { Params } from "./params.ts";
import { conversationParam, optionalText, roleParam, textParam, userParam, usersParam } from "./params.ts";

export const GROUP_METHODS: Readonly<Record<string, Method>> = {
  "groups.create": {
    params: ["name", "members", "key"],
    async run(sotto, params) {
      const key = optionalText(params, "key");
      const options = key === undefined ? {} : { key };
      const name = textParam(params, "name");
      const { id } = await sotto.groups.create(name, usersParam(params, "members"), options);
      return { conversation: id };
    },
  },
  "groups.add": change(["members"], (sotto, id, params) =>
    sotto.groups.add(id, usersParam(params, "members")),
  ),
  "groups.remove": change(["members"], (sotto, id, params) =>
    sotto.groups.remove(id, usersParam(params, "members")),
  ),
  "groups.rename": change(["name"], (sotto, id, params) =>
    sotto.groups.rename(id, textParam(params, "name")),
  ),
  "groups.setRole": change(["username", "role"], (sotto, id, params) =>
    sotto.groups.setRole(id, userParam(params, "username"), roleParam(params, "role")),
  ),
  "groups.setKey": change(["key"], (sotto, id, params) => sotto.groups.setKey(id, textParam(params, "key"))),
  "groups.leave": change([], (sotto, id) => sotto.groups.leave(id)),
};

function change(
  params: readonly string[],
  run: (sotto: Sotto, id: ConversationId, params: Params) => Promise<void>,
): Method {
  return {
    params: ["conversation", ...params],
    lane: (_sotto, { conversation }) =>
      typeof conversation === "string" ? `group ${conversation}` : undefined,
    async run(sotto, given) {
      await run(sotto, mustConversation(sotto, conversationParam(given, "conversation")).id, given);
      return {};
    },
  };
}
