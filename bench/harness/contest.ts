/**
 * A contest: peers do the same work in turns, round after round, so that what else the machine does meets them all alike. Figures are
 * medians; a ratio is the median of the rounds' ratios, each of two peers that ran one after the other.
 */
import { median } from "./median.ts";

/** What one round of one peer measured, by column key. */
export type Figures = Readonly<Record<string, number>>;

export interface Peer {
  readonly name: string;
  /** Prepares what all rounds share: processes, accounts, groups. */
  start(): Promise<RunningPeer>;
}

export interface RunningPeer {
  /** One round. Throws when the work was not done right: a wrong result has no speed. */
  round(): Promise<Figures>;
  stop(): Promise<void>;
}

/** A figure that every round gives. */
export interface Column {
  readonly key: string;
  /** With its unit. */
  readonly label: string;
  /** Digits after the point. */
  readonly digits: number;
}

/** `of` divided by `to` in one column. */
export interface Ratio {
  readonly name: string;
  readonly column: string;
  readonly of: string;
  readonly to: string;
  /** The ratio that has to be reached. */
  readonly atLeast?: number;
  /** The ratio that must not be exceeded. */
  readonly atMost?: number;
}

/** A bound of one peer's median. */
export interface Bound {
  readonly name: string;
  readonly column: string;
  readonly of: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Contest {
  readonly name: string;
  /** One line: the work, and what is counted. */
  readonly summary: string;
  /** Measured rounds, at least 5. One more runs before them and is not counted. */
  readonly rounds: number;
  readonly columns: readonly Column[];
  readonly peers: readonly Peer[];
  readonly ratios: readonly Ratio[];
  readonly bounds: readonly Bound[];
}

export interface ContestResult {
  /** Medians by peer and column. */
  readonly medians: Readonly<Record<string, Figures>>;
  /** Medians of the rounds' ratios, by the ratio's name. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** Runs the contest; `onRound` is told of every round's figures, round 0 being the one that is not counted. */
export async function runContest(
  contest: Contest,
  onRound: (round: number, peer: string, figures: Figures) => void,
): Promise<ContestResult> {
  const running: { readonly name: string; readonly peer: RunningPeer }[] = [];
  try {
    for (const peer of contest.peers) running.push({ name: peer.name, peer: await peer.start() });
    const rounds: Readonly<Record<string, Figures>>[] = [];
    for (let round = 0; round <= contest.rounds; round++) {
      const figures: Record<string, Figures> = {};
      for (const { name, peer } of running) {
        figures[name] = await peer.round();
        onRound(round, name, figures[name]);
      }
      if (round > 0) rounds.push(figures);
    }
    return resultOf(contest, rounds);
  } finally {
    for (const { peer } of running) await peer.stop();
  }
}

/** The medians of the rounds' figures and ratios. */
export function resultOf(
  { columns, peers, ratios }: Pick<Contest, "columns" | "peers" | "ratios">,
  rounds: readonly Readonly<Record<string, Figures>>[],
): ContestResult {
  const figure = (round: Readonly<Record<string, Figures>>, peer: string, column: string): number => {
    const value = round[peer]?.[column];
    if (value === undefined) throw new Error(`${peer} measured no ${column}`);
    return value;
  };
  const mediansOf = (peer: string): Figures =>
    Object.fromEntries(
      columns.map(({ key }) => [key, median(rounds.map((round) => figure(round, peer, key)))]),
    );
  return {
    medians: Object.fromEntries(peers.map(({ name }) => [name, mediansOf(name)])),
    ratios: Object.fromEntries(
      ratios.map(({ name, column, of, to }) => [
        name,
        median(rounds.map((round) => figure(round, of, column) / figure(round, to, column))),
      ]),
    ),
  };
}
