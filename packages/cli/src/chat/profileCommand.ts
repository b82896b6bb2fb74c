/** `/profile`: what one says of oneself, and what others say of themselves. */
import { readPicture } from "../commands/profilePicture.ts";
import { CommandError } from "../problems.ts";
import { sanitizeLine, sanitizeText } from "../sanitize.ts";
import { accountNamed, chosenName } from "../show/names.ts";
import { bareName } from "../target.ts";
import type { ChatActions, SlashCommand } from "./slashCommands.ts";

export const PROFILE_COMMAND: SlashCommand = {
  name: "profile",
  usage: "[@NAME|name TEXT|bio TEXT|picture FILE]",
  meaning: "show your profile or somebody's; give a display name, words about you, a picture (none: without)",
  choices: ["name", "bio", "picture"],
  async run(chat, rest) {
    const [, word = "", given = ""] = /^(\S*)\s*([^]*)$/.exec(rest) ?? [];
    if (word === "") return showOwn(chat);
    if (word.startsWith("@")) return showOf(chat, bareName(word));
    const { profile } = chat.sotto;
    switch (word) {
      case "name":
        await profile.set({ displayName: given });
        break;
      case "bio":
        await profile.set({ bio: given });
        break;
      case "picture":
        if (given === "") throw new CommandError("badRequest", "/profile picture takes a file, or none.");
        await profile.set({ picture: given === "none" ? null : await readPicture(given) });
        break;
      default:
        throw new CommandError("badRequest", "/profile takes @NAME, name, bio or picture.");
    }
    showOwn(chat);
  },
};

function showOwn({ sotto, style, print }: ChatActions): void {
  const { displayName, bio, picture, pending } = sotto.profile.own;
  print(linesOf(sotto.userName, displayName, bio, picture > 0));
  if (pending) print(style.dim("It is brought to your contacts when the server can be reached."));
}

async function showOf({ sotto, print }: ChatActions, name: string): Promise<void> {
  const { account, face, userName } = accountNamed(sotto, name);
  print(linesOf(userName, face.displayName, await sotto.profile.bio(account), face.picture > 0));
}

function linesOf(userName: string, displayName: string, bio: string, hasPicture: boolean): string {
  const name = displayName === "" ? "no display name" : chosenName({ displayName });
  const about = bio === "" ? [] : sanitizeText(bio).split("\n");
  const picture = hasPicture ? "has a picture" : "no picture";
  return [`${sanitizeLine(userName)}  ${name}, ${picture}`, ...about.map((line) => `  ${line}`)].join("\n");
}
