/** What people of the worlds say of themselves. */
import type { Face } from "sotto";
import type { World } from "./world.ts";
import { OWN, accountOf } from "./world.ts";

const OWN_FACE: Face = { displayName: "Alice of the quiet harbour", picture: 1 };
const FACES: Readonly<Record<string, Face>> = {
  bob: { displayName: "Боб Тенор", picture: 1 },
  carol: { displayName: "Carol, who keeps the metronome and everybody else in time, always", picture: 0 },
  heidi: { displayName: "\u6d77\u8482", picture: 1 },
  [OWN.userName]: OWN_FACE,
};

/** The same people, some of them with names and pictures of their own choosing. */
export function withProfiles(world: World): World {
  return {
    ...world,
    people: world.people.map((one) => ({
      ...one,
      contact: { ...one.contact, ...FACES[one.contact.userName] },
    })),
    groups: (world.groups ?? []).map((talk) => ({
      ...talk,
      conversation: {
        ...talk.conversation,
        roster: talk.conversation.roster.map((member) => ({ ...member, ...FACES[member.userName] })),
      },
    })),
    profile: { ...OWN_FACE, bio: "Second alto.\nI answer slowly, and always.", pending: false },
    bios: {
      [accountOf("bob")]: "Первый тенор.\nI bring the tea, the score and a blanket for every second chair.",
    },
  };
}
