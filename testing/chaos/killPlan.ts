/** Who is killed when: decided by the seed alone. */
import type { Random } from "../sim/random.ts";
import type { Person } from "./person.ts";

/**
 * random: after a random number of answers and a random pause · commit: as soon as the server writes to its database's log while a post is
 * unanswered, so that some kills fall between store and acknowledgement, a matter of few milliseconds.
 */
export type Instant = "random" | "commit";

export type Target =
  | { readonly kind: "server"; readonly instant: Instant }
  | { readonly kind: "client"; readonly person: Person };

/** One kill to come. */
export interface PlannedKill {
  /** At which share of the run. */
  readonly point: number;
  readonly target: Target;
}

/** Everybody is killed; the server most, for its kills are the ones that can lose something for others. */
const SERVER_SHARE = 0.6;
/** The end of the run is left for the last restart. */
const LAST_POINT = 0.9;

/** `count` kills in random order, one in each of as many equal parts of the run; those of the server at random instants and at commits by turns. */
export function planKills(count: number, people: readonly Person[], random: Random): readonly PlannedKill[] {
  const ofServer = Math.ceil(count * SERVER_SHARE);
  const targets = Array.from({ length: count }, (_, i): Target => {
    if (i >= ofServer) return { kind: "client", person: random.pick(people) };
    return { kind: "server", instant: i % 2 === 0 ? "commit" : "random" };
  });
  const shuffled = targets
    .map((target) => ({ target, place: random.next() }))
    .toSorted((a, b) => a.place - b.place);
  return shuffled.map(({ target }, i) => ({ target, point: (LAST_POINT * (i + random.next())) / count }));
}
