/** What has happened in a group, as a sentence. Each form is a text of its own: who has done it, and whether it was done to oneself. */
import type { GroupEvent, StoredMessage } from "sotto";
import { nameOf } from "../device/people.ts";
import type { LineReader } from "../files/lastLine.ts";

/** @param locale of the lists in it */
export function eventText(
  { event, from, mine }: Pick<StoredMessage, "from" | "mine"> & { readonly event: GroupEvent },
  { people, locale, t }: LineReader,
): string {
  const who = nameOf(people, from, t);
  const by = mine ? "mine" : "other";
  switch (event.kind) {
    case "created":
    case "renamed":
      return t(`groups.${event.kind}.${by}`, { who, name: event.name });
    case "left":
    case "refused":
    case "entered":
      return t(`groups.${event.kind}.${by}`, { who });
    case "added":
    case "removed": {
      if (!mine && isMe(event.accounts)) return t(`groups.${event.kind}.you`, { who });
      const whom = listed(
        event.accounts.map((account) =>
          account === people.own ? t("groups.you") : nameOf(people, account, t),
        ),
        locale,
      );
      return t(`groups.${event.kind}.${by}`, { who, whom });
    }
    case "role": {
      const to = !mine && isMe([event.account]) ? "you" : by;
      return t(`groups.role.${event.role}.${to}`, { who, whom: nameOf(people, event.account, t) });
    }
  }

  function isMe([first, ...others]: readonly string[]): boolean {
    return first === people.own && others.length === 0;
  }
}

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
}
