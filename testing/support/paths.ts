/** Where the programs under test lie. */
import { fileURLToPath } from "node:url";

/** Root of the repository. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** The `sotto` command; run it with {@link process.execPath}, so that no other Node on PATH is taken. */
export const SOTTO_BIN: string = fileURLToPath(new URL("../../packages/cli/bin/sotto.js", import.meta.url));
