/** Four kinds of test: beside the code, several parts together, the whole product from outside, and what takes minutes and is run by itself. */

import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**"];
const second = 1000;
/** For what other processes do, however busy the machine is. Waits end with what they wait for; only a failure takes this long. */
const patience = {
  testTimeout: 180 * second,
  hookTimeout: 180 * second,
  expect: { poll: { timeout: 60 * second } },
};

export default defineConfig({
  test: {
    // Worker threads run in the process that started vitest, hence in the Node that npm put first on PATH.
    pool: "threads",
    // One fewer than the cores is the default: on two of them, one file at a time, most of which wait for servers and pages.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/{src,build}/**/*.test.ts",
            "scripts/**/*.test.ts",
            "{testing,bench}/*/*.test.ts",
          ],
          exclude: [...exclude, "**/*.{integration,long}.test.ts", "testing/e2e/**"],
          testTimeout: 10 * second,
          hookTimeout: 10 * second,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          // Half of the time these wait for disks, servers and pages.
          maxWorkers: 3,
          include: ["{packages,testing,scripts}/**/*.integration.test.ts"],
          exclude: [...exclude, "testing/e2e/**"],
          ...patience,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["testing/e2e/**/*.test.ts"],
          exclude,
          ...patience,
          // Each file starts a server and browsers of its own; more than two at once starve a small machine.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "long",
          include: ["testing/**/*.long.test.ts"],
          exclude,
          ...patience,
          fileParallelism: false,
        },
      },
    ],
  },
});
