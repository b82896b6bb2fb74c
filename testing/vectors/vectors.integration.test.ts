import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { VECTOR_FOLDER } from "./folder.ts";
import { runKind } from "./kind.ts";
import { VECTOR_KINDS } from "./kinds.ts";
import { checkXWingVectors, crossCheckXWing } from "./xwing.ts";

/** X448 in JavaScript and keys of P-521 take milliseconds, and the larger files have thousands of them. */
const TIMEOUT_MS = 10 * 60_000;
const missing = !existsSync(VECTOR_FOLDER);

describe.skipIf(missing)(
  `official vectors${missing ? ` (skipped: no vectors in ${VECTOR_FOLDER})` : ""}`,
  () => {
    test("every file is run", () => {
      const files = readdirSync(VECTOR_FOLDER).filter((name) => name.endsWith(".json"));
      expect(VECTOR_KINDS.map(({ name }) => `${name}.json`).toSorted()).toEqual(files.toSorted());
    });

    test.each(VECTOR_KINDS)(
      "$name",
      async (kind) => {
        const { passed, total, failures } = await runKind(VECTOR_FOLDER, kind);
        expect(failures).toEqual([]);
        expect(passed).toBe(total);
      },
      TIMEOUT_MS,
    );
  },
);

test("X-Wing: the vectors of its draft", async () => {
  expect(await checkXWingVectors()).toEqual({ passed: 3, total: 3, failures: [] });
});

test("X-Wing: a second implementation", async () => {
  expect(await crossCheckXWing()).toEqual({ passed: 200, total: 200, failures: [] });
});
