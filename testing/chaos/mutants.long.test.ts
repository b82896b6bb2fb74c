/** A check that cannot fail proves nothing: each must find the planted fault. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Outcome {
  readonly exitCode: number | string;
  readonly bars: Readonly<Record<string, { readonly value: number }>>;
}

/** Runs a check of this folder with the mutant in the server's place. */
function runOnMutant(script: string, ...args: string[]): Promise<Outcome> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const command = [file, ...args, "--json", "--mutant", "ack-before-commit"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, (error, stdout, stderr) => {
      const line = stdout.split("\n").find((text) => text.startsWith("{"));
      if (line === undefined) reject(new Error(`${script} has no report: ${stdout}${stderr}`));
      else resolve({ exitCode: error?.code ?? 0, ...(JSON.parse(line) as Pick<Outcome, "bars">) });
    });
  });
}

test(
  "RLY-2 chaos finds the messages that a server loses which acknowledges before it commits",
  { timeout: 120_000 },
  async () => {
    const { exitCode, bars } = await runOnMutant(
      "main.ts",
      "--messages",
      "300",
      "--kills",
      "3",
      "--seed",
      "1",
    );
    expect(exitCode).toBe(1);
    expect(bars["lost"]?.value).toBeGreaterThan(0);
  },
);

const STRACE = await new Promise((resolve) =>
  execFile("strace", ["-e", "trace=none", "true"], (error) => resolve(error === null)),
);

test.skipIf(STRACE !== true)("RLY-2 so does the look at its system calls", { timeout: 120_000 }, async () => {
  const { exitCode, bars } = await runOnMutant("fsync.ts", "--messages", "40");
  expect(exitCode).toBe(1);
  expect(bars["notSyncedBefore"]?.value).toBeGreaterThan(0);
});
