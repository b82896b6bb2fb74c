/** What is wrong with a configuration, as values until all are known and as one error for whoever starts the server. */

/** One thing that stops the start. */
export interface Problem {
  /** The file, with a line where there is one, or "the environment" or "the command line". */
  readonly source: string;
  readonly key: string;
  /** As written there. */
  readonly value: string;
  /** What would have been right, as it reads after "expected". */
  readonly expected: string;
}

/** The configuration cannot be used. The message has one line for each problem, with key, value, place and what is allowed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(sentenceOf).join("\n"));
    this.problems = problems;
  }
}

function sentenceOf({ source, key, value, expected }: Problem): string {
  const shown = value === "" ? "(nothing)" : value.length > 100 ? `${value.slice(0, 100)}…` : value;
  return `${source}: ${key} = ${shown} - expected ${expected}.`;
}
