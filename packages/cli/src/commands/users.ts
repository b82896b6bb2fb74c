/** `sotto users`: contacts, requests, and who is online. */
import type { Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { EXIT } from "../problems.ts";
import { print, tell } from "../shell.ts";
import { contactLine, listedContacts } from "../show/lines.ts";
import { styleFor } from "../show/style.ts";
import { connectionWords, presenceWords } from "../show/words.ts";
import { withSotto } from "../sottoHome.ts";
import { connectionSettled, newsSettled } from "../waiting.ts";

export async function users(invocation: Invocation): Promise<number> {
  const { shell } = invocation;
  return withSotto(invocation, async (sotto) => {
    await learnNews(sotto, (words) => tell(shell, words));
    const style = styleFor(shell.stdout, shell.env);
    const contacts = listedContacts(sotto);
    for (const contact of contacts) print(shell, contactLine(contact, style));
    if (contacts.length === 0) tell(shell, "There are no contacts yet.");
    return EXIT.done;
  });
}

async function learnNews(sotto: Sotto, tellPerson: (words: string) => void): Promise<void> {
  const settled = await connectionSettled(sotto);
  if (settled.state !== "online")
    tellPerson(`${connectionWords("offline", settled.reason)} Nobody's presence is known.`);
  else await newsSettled(sotto);
  if (settled.state === "online" && sotto.presenceHidden) tellPerson(presenceWords(true));
}
