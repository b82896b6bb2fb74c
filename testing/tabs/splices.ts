/** What the tabs under test have and the product has not. Building fails when the product's source has changed under a splice. */

export interface Splice {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Where the owner's writes are counted. */
export const COUNTER = "stale writes";
/** Where a worker is put to sleep: no freezing that tests can ask of the browser stops more than the page. */
export const SLEEP = "sleep";

const OWNER = `(await transaction.objectStore("owner").get("number")) !== owner`;

/** Makes the moments in which something can go wrong long enough to be hit, and counts. */
const WATCHING: readonly Splice[] = [
  // Leaders die between storing and answering.
  {
    file: "browser/reign.ts",
    from: 'say({ type: "result", term, to, call, value: await host.answer(message) });',
    to: 'const value = await host.answer(message); await after(clock, 60); say({ type: "result", term, to, call, value });',
  },
  // A leader that has lost the lock goes on for a while, as one that wakes up late does.
  {
    file: "browser/candidate.ts",
    from: "() => lost.resolve(),",
    to: "() => void setTimeout(() => lost.resolve(), 600),",
  },
  {
    file: "browser/worker.ts",
    from: "// Without waiting for anything",
    to: `new BroadcastChannel("${SLEEP}").addEventListener("message", ({ data }) => {
      if (data.name === self.name) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, data.ms);
    });
    // Without waiting for anything`,
  },
  {
    file: "browser/ownedTransactions.ts",
    from: `if (${OWNER}) {`,
    to: `const isStale = ${OWNER};\nif (isStale) new BroadcastChannel("${COUNTER}").postMessage("tried");\nif (isStale) {`,
  },
  {
    file: "browser/ownedTransactions.ts",
    from: "await change(transaction);",
    to: `await change(transaction);\nif (isStale) new BroadcastChannel("${COUNTER}").postMessage("accepted");`,
  },
];

const MUTANTS: Readonly<Record<string, Splice>> = {
  "no-dedup": {
    file: "browser/deviceCalls.ts",
    from: "(call.again ? again : first)",
    to: "(call.again ? first : first)",
  },
  "no-owner-check": {
    file: "browser/ownedTransactions.ts",
    from: "\nif (isStale) {",
    to: "\nif (false as boolean) {",
  },
};

/** Throws for a mutant that is not known. */
export function splicesFor(mutant: string | undefined): readonly Splice[] {
  if (mutant === undefined) return WATCHING;
  const fault = MUTANTS[mutant];
  if (fault === undefined)
    throw new Error(`no such mutant: ${mutant}; there are ${Object.keys(MUTANTS).join(", ")}`);
  return [...WATCHING, fault];
}
