/** What runs on the two machines: the terminal client once, a single request, and browsers. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import type { ChromiumPlace } from "../browser/chromium.ts";
import { launchChromium, launchLastingChromium } from "../browser/chromium.ts";
import { PATIENCE_MS, withDeadline } from "../support/deadline.ts";
import { launched, startLineProcess } from "../support/lineProcess.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import type { Machine } from "./network.ts";

/** A machine, as far as programs are started there. */
type Launched = Pick<Machine, "launcher">;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs the terminal client to its end. `input` is its standard input, which is no terminal. */
export async function runSotto(
  { launcher }: Launched,
  home: string,
  args: readonly string[],
  input = "",
): Promise<Ran> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const lines: string[] = [];
  const child = startLineProcess({
    command: launched(launcher, process.execPath, SOTTO_BIN, "--home", home, ...args),
    cwd: home,
    onLine: (line) => lines.push(line),
  });
  if (input !== "") child.write(input);
  child.endInput();
  const { code } = await withDeadline(`the end of sotto ${args[0]}`, PATIENCE_MS, child.exited);
  return { code, out: lines.join("\n"), errors: child.errors() };
}

export interface Got {
  /** Undefined when the connection failed; `error` has the code then. */
  readonly status?: number;
  readonly type?: string;
  /** Of the server's certificate. */
  readonly names?: string;
  /** Base64. */
  readonly body?: string;
  readonly error?: string;
}

/** One GET from there; `authority` is the PEM that alone is trusted. */
export async function get({ launcher }: Launched, url: string, authority?: string): Promise<Got> {
  const program = `
    const { request } = await import(process.argv[1].startsWith("https") ? "node:https" : "node:http");
    const tell = (got) => { console.log(JSON.stringify(got)); process.exit(0); };
    request(process.argv[1], { ca: process.argv[2], timeout: 5000 }, async (response) => {
      const names = response.socket.getPeerCertificate?.().subjectaltname;
      const chunks = await response.toArray();
      tell({ status: response.statusCode, type: response.headers["content-type"], names, body: Buffer.concat(chunks).toString("base64") });
    }).on("error", ({ code }) => tell({ error: code })).on("timeout", () => tell({ error: "timeout" })).end();`;
  let line = "";
  const child = startLineProcess({
    command: launched(
      launcher,
      process.execPath,
      "--input-type=module",
      "-e",
      program,
      url,
      ...(authority === undefined ? [] : [authority]),
    ),
    onLine: (text) => (line += text),
  });
  await withDeadline(`the answer of ${url}`, PATIENCE_MS, child.exited);
  if (line === "") throw new Error(child.errors());
  return JSON.parse(line) as Got;
}

/** A browser of somebody there, in a new folder of theirs; with an authority, their system trusts it. */
export async function openBrowser(machine: Launched, home: string, authority?: string): Promise<Browser> {
  return launchChromium([], placeOf(machine, home, authority));
}

/** The same with a profile on the disk. */
export async function openLastingBrowser(
  machine: Launched,
  home: string,
  authority?: string,
): Promise<BrowserContext> {
  return launchLastingChromium(join(home, "profile"), [], placeOf(machine, home, authority));
}

function placeOf({ launcher }: Launched, home: string, authority: string | undefined): ChromiumPlace {
  mkdirSync(home, { recursive: true });
  if (authority !== undefined) trust(home, authority);
  const start = join(home, "chromium");
  writeFileSync(start, `#!/bin/sh\nexec ${launcher.join(" ")} /usr/bin/chromium "$@"\n`);
  chmodSync(start, 0o755);
  return { executablePath: start, home };
}

/** What a person does in the settings of their system, as Chromium reads it on Linux. */
function trust(home: string, authority: string): void {
  const folder = join(home, ".pki/nssdb");
  mkdirSync(folder, { recursive: true });
  const file = join(home, "authority.pem");
  writeFileSync(file, authority);
  const certutil = (...args: readonly string[]): void =>
    void execFileSync("certutil", ["-d", `sql:${folder}`, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  certutil("-N", "--empty-password");
  certutil("-A", "-n", "sotto", "-t", "C,,", "-i", file);
}
