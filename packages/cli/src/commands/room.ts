/** `sotto room` and `sotto join`: rooms with a password, made and entered. */
import type { RoomEntry } from "sotto";
import type { Invocation } from "../command.ts";
import { askPasswords } from "../password.ts";
import { EXIT } from "../problems.ts";
import { sanitizeLine } from "../sanitize.ts";
import { print, tell } from "../shell.ts";
import { invitationLines } from "../show/roomWords.ts";
import { withSotto } from "../sottoHome.ts";
import { connectionSettled } from "../waiting.ts";

export async function room(invocation: Invocation): Promise<number> {
  const { shell, args, flags } = invocation;
  const name = args.join(" ");
  const [password] = flags.has("password-stdin") ? await askPasswords(shell, ["Password: "], true) : [];
  return withSotto(invocation, async (sotto) => {
    await connectionSettled(sotto);
    const linkRequired = !flags.has("code");
    const options = { name, linkRequired, ...(password !== undefined && { password }) };
    const { conversation, invitation } = await sotto.rooms.create(options);
    tell(shell, `You have made the room “${sanitizeLine(conversation.name)}”: #${conversation.id}`);
    print(shell, invitationLines(invitation));
    return EXIT.done;
  });
}

export async function join(invocation: Invocation): Promise<number> {
  const { shell, args, flags } = invocation;
  const [place = ""] = args;
  const [password = ""] = await askPasswords(shell, ["Password of the room: "], flags.has("password-stdin"));
  return withSotto(invocation, async (sotto) => {
    await connectionSettled(sotto);
    const entry: RoomEntry = place.includes("/") ? { link: place, password } : { code: place, password };
    const { id, name } = await sotto.rooms.join(entry);
    print(shell, `You are in the room “${sanitizeLine(name)}”: #${id}`);
    return EXIT.done;
  });
}
