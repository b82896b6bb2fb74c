/** An attack of the server on a group, and how it is judged: what its members see of it, word for word. */
import { groups } from "@sotto/web/english/groups.ts";
import { shell } from "@sotto/web/english/shell.ts";
import { isChanging } from "sotto/simulation";
import type { GroupTown, MemberName } from "./groupTown.ts";
import { GROUP_NAME, MEMBERS, openGroupTown, rosterOf } from "./groupTown.ts";

/** One sentence that somebody must see. */
export interface Sight {
  readonly sentence: string;
  /** Those of whom one is enough. */
  readonly by: readonly MemberName[];
  isSeen(by: MemberName, town: GroupTown, news: News): boolean;
}

export interface Attack {
  readonly kind: "adds" | "drops" | "replays" | "forks" | "withholds";
  readonly name: string;
  /** Throws when the server could not do it. */
  run(town: GroupTown): Promise<void>;
  /** All of them must be seen. Empty: the attack changes nothing, which is then what has to hold. */
  readonly sights: readonly Sight[];
}

/** What the members were told since the group was made. */
export type News = Readonly<Record<MemberName, readonly string[]>>;

export interface Outcome {
  readonly attack: Attack;
  readonly news: News;
  /** Sentences that were not seen, and what should not have come about. Empty: the attack was detected, or came to nothing. */
  readonly faults: readonly string[];
}

/** A change of a conversation of which the web app's banner speaks. */
type Warning = keyof typeof shell extends infer Id
  ? Id extends `shell.warning.${infer Change}`
    ? Change
    : never
  : never;

/** A text of the server's own making. */
export const FORGED = "trust me";
const GOING_ON = "still here";

/** Carries the attack out in a town of its own. */
export async function attempt(attack: Attack): Promise<Outcome> {
  const town = await openGroupTown();
  const before = roster(town);
  await attack.run(town);
  const news = { alice: town.alice.told(), bob: town.bob.told(), carol: town.carol.told() };
  const unseen = attack.sights
    .filter((sight) => !sight.by.some((name) => sight.isSeen(name, town, news)))
    .map(({ sentence, by }) => `${by.join(" and ")} did not see: ${sentence}`);
  const faults = [...unseen, ...intrusions(town)];
  if (attack.sights.length === 0) {
    if (roster(town) !== before) faults.push("the members are others");
    if (!(await goesOn(town))) faults.push("the group does not go on");
  }
  return { attack, news, faults };
}

/** The banner of the web app about a change, in English. */
export function told(change: Warning, ...by: readonly MemberName[]): Sight {
  const text: string = shell[`shell.warning.${change}`];
  return {
    sentence: text.replace("<0>{name}</0>", GROUP_NAME),
    by,
    isSeen: (name, _, news) => news[name].includes(change),
  };
}

/** In the group's details as long as what its user has asked for has not come about. */
export function changing(by: MemberName): Sight {
  return {
    sentence: groups["groups.changing"],
    by: [by],
    isSeen: (_, { [by]: { engine }, conversation }) => isChanging(engine.state, conversation),
  };
}

/** Everyone of these is told. */
export function toldEach(change: Warning, ...each: readonly MemberName[]): readonly Sight[] {
  return each.map((name) => told(change, name));
}

/** What must not be, whatever the server does. */
function intrusions(town: GroupTown): readonly string[] {
  const { mallory, group } = town;
  const found: string[] = [];
  if (mallory.texts().length > 0) found.push("the server has read a message");
  if (mallory.engine.state.conversations.size > 0) found.push("the server's device is in a conversation");
  for (const name of MEMBERS) {
    // Lines of what has happened are messages without a text.
    const texts = town[name].texts().filter((text) => text !== "");
    if (texts.includes(FORGED)) found.push(`${name} was shown a text of the server's`);
    if (new Set(texts).size < texts.length) found.push(`${name} was shown a text twice`);
    if (rosterOf(town[name], group).includes(mallory.person.identity.device))
      found.push(`${name} takes the server's device for a member`);
  }
  return found;
}

const roster = (town: GroupTown): string =>
  MEMBERS.map((name) => rosterOf(town[name], town.group).join()).join();

async function goesOn(town: GroupTown): Promise<boolean> {
  const inside = MEMBERS.filter((name) => rosterOf(town[name], town.group).length > 0);
  const said = await town.say("alice", GOING_ON);
  return said.ok && inside.every((name) => name === "alice" || town[name].texts().includes(GOING_ON));
}
