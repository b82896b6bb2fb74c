/**
 * `npm run demo [-- --json]`: two people talk through a real server and two terminal clients; one is away for a while, the server is killed
 * once. Prints what was said, and whether all of it arrived and none of it can be found at the server.
 *
 * `npm run demo -- direct [--size MB --json]`: two people at terminals and two at browsers, on machines of their own (network namespaces; needs root), write
 * and pass files to each other directly; then their links are cut, and the rest comes by the server.
 *
 * `npm run demo -- people [--json]`: alice at a browser and four at terminals: a display name, a group, a removal, a room that is entered by its password while nobody is there.
 */
import { parseArgs } from "node:util";
import { hasChromium } from "../browser/chromium.ts";
import { finish, passes, reportText } from "../support/report.ts";
import { integerFlag } from "../support/integerFlag.ts";
import { runDemo } from "./demo.ts";
import { demoReport, directReport, peopleReport } from "./demoReport.ts";
import { runDirectDemo, whyNoDirectDemo } from "./direct.ts";
import { runPeopleDemo } from "./people.ts";

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false }, size: { type: "string", default: "60" } },
  allowPositionals: true,
});
const { json } = values;
const onLine = json ? (): void => {} : (line: string): void => console.log(line);
if (positionals[0] === "direct") await showDirect();
else if (positionals[0] === "people") await showPeople();
else await show();

async function show(): Promise<void> {
  const result = await runDemo(onLine);
  const report = demoReport(result);
  if (json) return finish(report, true);
  for (const { needle, place } of result.findings) console.log(`found ${needle} in ${place}`);
  const { lost, doubled, reordered } = result.delivery;
  const verdict = `lost ${lost}, doubled ${doubled}, reordered ${reordered}`;
  console.log(`\n${verdict}, plaintext found at the server ${result.findings.length}`);
  if (!passes(report)) console.log(reportText(report));
  process.exitCode = passes(report) ? 0 : 1;
}

async function showPeople(): Promise<void> {
  if (!hasChromium) {
    console.log("skipped: chromium is not installed");
    process.exitCode = 2;
    return;
  }
  const result = await runPeopleDemo(onLine);
  for (const { needle, place } of result.findings) onLine(`found ${needle} in ${place}`);
  finish(peopleReport(result), json);
}

async function showDirect(): Promise<void> {
  const missing = whyNoDirectDemo();
  if (missing !== undefined) {
    console.log(`skipped: ${missing}`);
    process.exitCode = 2;
    return;
  }
  const fileBytes = integerFlag("size", values.size) * 1_000_000;
  finish(directReport(await runDirectDemo({ fileBytes, onLine })), json);
}
