/** Prints the documents that are made from code: the error table and the limits. `--write` stores them; without it their paths and whether they are current are shown. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ErrorEntry } from "@sotto/protocol";
import { ERRORS } from "@sotto/protocol";

const LIMITS_FILE = new URL("../packages/protocol/src/limits.ts", import.meta.url);

/** The error table as Markdown. */
export function errorsPage(): string {
  const rows = Object.entries<ErrorEntry>(ERRORS).map(
    ([code, { meaning, retry, http, close }]) =>
      `| ${code} | ${meaning} | ${retry} | ${http} | ${close ?? ""} |`,
  );
  return [
    "# Errors",
    "",
    "Printed from `packages/protocol/src/errors.ts` by `node scripts/printDocs.ts --write`.",
    "",
    "A request is refused with the code and the HTTP status; a socket is closed with the close code where there is one. *retry*: never - the same request fails",
    "again; later - after a pause with back-off; resync - after catching up with the mailbox; login - after signing in.",
    "",
    "| code | meaning | retry | HTTP | close |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** Each constant of the limits file with its value and the comment above it. */
export function limitsPage(): string {
  const source = readFileSync(LIMITS_FILE, "utf8");
  const rows: string[] = [];
  let comment = "";
  for (const line of source.split("\n")) {
    const said = /^\/\*\* (.*) \*\/$/.exec(line);
    const constant = /^export const (\w+)(?:: \w+)? = (.*);$/.exec(line);
    if (said?.[1] !== undefined) comment = said[1];
    if (constant !== null)
      rows.push(`| ${constant[1]} | \`${constant[2]?.replaceAll("|", "\\|")}\` | ${comment} |`);
  }
  return [
    "# Limits",
    "",
    "Printed from `packages/protocol/src/limits.ts` by `node scripts/printDocs.ts --write`. What an operator may change is in [CONFIGURATION.md](CONFIGURATION.md).",
    "",
    "| name | value | why |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** Printed pages by their path below the repository. */
export const PAGES: ReadonlyMap<string, () => string> = new Map([
  ["docs/protocol/errors.md", errorsPage],
  ["docs/LIMITS.md", limitsPage],
]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const write = process.argv.includes("--write");
  for (const [path, print] of PAGES) {
    const file = new URL(`../${path}`, import.meta.url);
    if (write) writeFileSync(file, print());
    process.stdout.write(
      `${path} ${write ? "written" : readFileSync(file, "utf8") === print() ? "is current" : "is out of date"}\n`,
    );
  }
}
