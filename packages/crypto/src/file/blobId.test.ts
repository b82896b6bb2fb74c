import type { TransferId } from "@sotto/protocol";
import { expect, test } from "vitest";
import { createNobleProvider } from "../provider/noble.ts";
import { blobIdOf } from "./blobId.ts";

test("BLB-1 a blob's name is the first half of the labelled hash of the transfer's id", () => {
  const provider = createNobleProvider((sizeBytes) => new Uint8Array(sizeBytes));
  // printf 'sotto blob v1\0' followed by the bytes 00 to 0f, through sha256sum.
  expect(blobIdOf(provider, "000102030405060708090a0b0c0d0e0f" as TransferId)).toBe(
    "7e7ac55ae057722ffb002b683996d050",
  );
});
