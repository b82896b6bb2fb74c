/** The methods of rooms with a password. Their members are managed by those of groups. */
import type { Invitation } from "sotto";
import { mustConversation } from "../sendText.ts";
import type { Method } from "./methods.ts";
import type { Params } from "./params.ts";
import { ParamError, conversationParam, flagParam, optionalText, textParam } from "./params.ts";

export const ROOM_METHODS: Readonly<Record<string, Method>> = {
  "rooms.create": {
    params: ["name", "password", "linkRequired"],
    async run(sotto, params) {
      const name = textParam(params, "name");
      const { conversation, invitation } = await sotto.rooms.create({ name, ...chosen(params) });
      return { conversation: conversation.id, ...invitationJson(invitation) };
    },
  },
  "rooms.join": {
    params: ["link", "code", "password"],
    async run(sotto, params) {
      const { id } = await sotto.rooms.join({ ...placeOf(params), password: textParam(params, "password") });
      return { conversation: id };
    },
  },
  "rooms.invitation": {
    params: ["conversation"],
    async run(sotto, params) {
      const { id } = mustConversation(sotto, conversationParam(params, "conversation"));
      const invitation = await sotto.rooms.invitation(id);
      return invitation && invitationJson(invitation);
    },
  },
  "rooms.renewInvitation": {
    params: ["conversation", "password", "linkRequired"],
    async run(sotto, params) {
      const { id } = mustConversation(sotto, conversationParam(params, "conversation"));
      return invitationJson(await sotto.rooms.renewInvitation(id, chosen(params)));
    },
  },
};

function chosen(params: Params): { readonly password?: string; readonly linkRequired?: boolean } {
  const password = optionalText(params, "password");
  return {
    ...(password !== undefined && { password }),
    ...(params["linkRequired"] !== undefined && { linkRequired: flagParam(params, "linkRequired") }),
  };
}

function placeOf(params: Params): { readonly link: string } | { readonly code: string } {
  const [link, code] = [optionalText(params, "link"), optionalText(params, "code")];
  if ((link === undefined) === (code === undefined)) throw new ParamError("There is a link or a code.");
  return link === undefined ? { code: textParam(params, "code") } : { link };
}

function invitationJson({ code, password, link, linkRequired }: Invitation): {
  readonly code: string;
  readonly password: string;
  readonly link: string;
  readonly linkRequired: boolean;
} {
  return { code, password, link, linkRequired };
}
