/** A file on its way while each of the three is killed once. */
import { describe, expect, test } from "vitest";
import { runFiles, VICTIMS, whyNoFiles } from "./files.ts";

const missing = whyNoFiles();
const SIZE_BYTES = 20_000_000;

describe.skipIf(missing !== undefined)(`files through kills${missing ? `: ${missing}` : ""}`, () => {
  test.each(VICTIMS)("the %s is killed, and the file arrives whole", async (victim) => {
    const run = await runFiles(victim, { sizeBytes: SIZE_BYTES, kills: 1, seed: 1, onKill: () => {} });
    expect(run).toMatchObject({ kills: 1, arrived: true });
  });
});
