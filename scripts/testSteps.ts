/** The steps of `npm run verify` and `npm test`, in the order in which a fault is cheapest to find. */

import { existsSync } from "node:fs";
import { join } from "node:path";

/** `vitest` counts its own tests; a `check` counts as one test: it passes or fails as a whole. */
export type Step = {
  readonly name: string;
  readonly kind: "vitest" | "check";
  /** A tool of node_modules or a file of the repository, and its arguments. Node runs it. */
  readonly command: readonly [script: string, ...args: string[]];
};

const TYPES = ["pure", "node", "dom", "worker"] as const;
const tool = (path: string): string => join("node_modules", path);

const VERIFY: readonly Step[] = [
  ...TYPES.map((project): Step => {
    return check(`types ${project}`, tool("typescript/bin/tsc"), "-p", `tsconfig.${project}.json`);
  }),
  check("lint", tool("oxlint/bin/oxlint")),
  check("format", tool("oxfmt/bin/oxfmt"), "--check"),
  check("unused", tool("knip/bin/knip.js")),
  vitest("unit"),
  check("simulation", "testing/sim/main.ts", "--seeds", "200"),
];

const WHOLE: readonly Step[] = [
  ...VERIFY,
  check("web build", "scripts/buildWeb.ts"),
  vitest("integration"),
  vitest("e2e"),
  check("demonstration and capture", "testing/capture/main.ts"),
  check("durable acknowledgements", "testing/chaos/fsync.ts"),
  check("chaos", "testing/chaos/main.ts", "--short"),
];

/** @param verifyOnly leaves out what starts servers and browsers. */
export function stepsOf(verifyOnly: boolean): readonly Step[] {
  return verifyOnly ? VERIFY : WHOLE;
}

/** Whether the script that the step runs is in the repository; a step without one is skipped. */
export function isThere(step: Step, root: string): boolean {
  return existsSync(join(root, step.command[0]));
}

function check(name: string, ...command: [string, ...string[]]): Step {
  return { name, kind: "check", command };
}

function vitest(project: string): Step {
  const command: Step["command"] = [
    tool("vitest/vitest.mjs"),
    "run",
    "--project",
    project,
    "--passWithNoTests",
  ];
  return { name: project, kind: "vitest", command };
}
