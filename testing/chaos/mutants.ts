/** Servers with planted faults, by the names of the command line. */
import { fileURLToPath } from "node:url";

const PROGRAMS: Readonly<Record<string, string>> = { "ack-before-commit": "ackBeforeCommitServer.ts" };

/** The program that runs the mutant in the place of `sotto serve`; `undefined` without one. Throws for an unknown name. */
export function programOf(mutant: string | undefined): readonly [string, string] | undefined {
  if (mutant === undefined) return undefined;
  const file = Object.hasOwn(PROGRAMS, mutant) ? PROGRAMS[mutant] : undefined;
  if (file === undefined)
    throw new Error(`there is no mutant ${mutant}; there are ${Object.keys(PROGRAMS).join(", ")}`);
  return [process.execPath, fileURLToPath(new URL(file, import.meta.url))];
}
