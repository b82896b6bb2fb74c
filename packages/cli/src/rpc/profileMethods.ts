/** Methods of the scripting interface for profiles. */
import { readPicture } from "../commands/profilePicture.ts";
import { accountNamed } from "../show/names.ts";
import type { Method } from "./methods.ts";
import { optionalText, userParam } from "./params.ts";

export const PROFILE_METHODS: Readonly<Record<string, Method>> = {
  /** What is left out stays. `picture` is a file's path, or null for none. */
  "profile.set": {
    params: ["displayName", "bio", "picture"],
    lane: () => "profile",
    async run(sotto, params) {
      const displayName = optionalText(params, "displayName");
      const bio = optionalText(params, "bio");
      const path = optionalText(params, "picture");
      const picture = params["picture"] === null ? null : path && (await readPicture(path));
      await sotto.profile.set({
        ...(displayName !== undefined && { displayName }),
        ...(bio !== undefined && { bio }),
        ...(picture !== undefined && picture !== "" && { picture }),
      });
      return {};
    },
  },
  /** Without a name: the own one. `picture`: whether there is one. */
  "profile.get": {
    params: ["username"],
    lane: () => "profile",
    async run(sotto, params) {
      if (params["username"] === undefined) {
        const { displayName, bio, picture, pending } = sotto.profile.own;
        return { username: sotto.userName, displayName, bio, picture: picture > 0, pending };
      }
      const { account, face, userName } = accountNamed(sotto, userParam(params, "username"));
      const bio = await sotto.profile.bio(account);
      return { username: userName, displayName: face.displayName, bio, picture: face.picture > 0 };
    },
  },
};
