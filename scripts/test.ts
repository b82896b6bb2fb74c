/**
 * `npm test`, and with `--verify` `npm run verify`: runs every step, also after a failed one, and ends with the line
 * `N passed, N failed, N skipped` over all of them. Exits with 1 if anything failed.
 */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { add, closingLine, type Counts, countCheck, countVitest, failuresOf, NONE } from "./testCounts.ts";
import { isThere, type Step, stepsOf } from "./testSteps.ts";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
/** The bundled Node, also where this script was started by another one. */
const node = [join(bin, "node"), join(bin, "node.exe")].find((path) => existsSync(path)) ?? process.execPath;
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}` };

const verifyOnly = process.argv.includes("--verify");
const reports = mkdtempSync(join(tmpdir(), "sotto-test-"));
let total = NONE;
const failed: string[] = [];
try {
  if (!verifyOnly) spawnSync(node, [join(root, "scripts/setup.ts")], { stdio: "inherit", env });
  for (const step of stepsOf(verifyOnly)) {
    const counts = await runStep(step);
    total = add(total, counts);
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}
for (const failure of failed) console.log(`\nfailed: ${failure}`);
console.log(`\n${closingLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function runStep(step: Step): Promise<Counts> {
  console.log(`\n-- ${step.name}`);
  if (!isThere(step, root)) {
    console.log(`skipped: there is no ${step.command[0]}`);
    return { ...NONE, skipped: 1 };
  }
  if (step.kind === "check") {
    const counts = countCheck(await run(step.command));
    if (counts.failed > 0) failed.push(step.name);
    return counts;
  }
  const file = join(reports, `${step.name}.json`);
  const exitCode = await run([
    ...step.command,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  const report = existsSync(file) ? readFileSync(file, "utf8") : null;
  const counts = countVitest(report, exitCode);
  if (counts.failed > 0) failed.push(step.name, ...failuresOf(report));
  return counts;
}

/** Runs a script under the bundled Node with its output on ours; the exit code, 1 if a signal ended it. */
function run(command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, command, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
