/** coturn on this machine's loopback, with the configuration that docs/turnserver.conf recommends. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { makeCertificate } from "../certificate.ts";
import type { TurnAddress } from "./turnClient.ts";
import { openTurnClient } from "./turnClient.ts";

const DOCUMENTED = new URL("../../../../../docs/turnserver.conf", import.meta.url);
const ADDRESS = "127.0.0.1";
const NOBODY = { username: "", credential: "" };

/** Why it cannot be started here, or `undefined`. */
export function whyNoCoturn(): string | undefined {
  for (const tool of ["turnserver", "openssl"])
    if (!isOnPath(tool)) return `${tool} is not installed (Debian: ${tool === "openssl" ? tool : "coturn"})`;
  return undefined;
}

export interface Coturn {
  readonly udp: TurnAddress;
  readonly tcp: TurnAddress;
  readonly tls: TurnAddress;
  /** Every line that it wrote. */
  logged(): string;
  stop(): Promise<void>;
}

/** Starts it; `changes` are settings of the document with another value, `added` are lines that it does not have. */
export async function startCoturn(
  changes: Readonly<Record<string, string>>,
  added: readonly string[] = [],
): Promise<Coturn> {
  const dir = mkdtempSync(join(tmpdir(), "sotto-coturn-"));
  const certificate = makeCertificate(dir);
  if (certificate === undefined) throw new Error("openssl made no certificate");
  const [port, tlsPort] = [await freePort(), await freePort()];
  const ofThisTest = {
    cert: certificate.certFile,
    pkey: certificate.keyFile,
    "listening-port": String(port),
    "tls-listening-port": String(tlsPort),
  };
  const site = [
    `listening-ip=${ADDRESS}`,
    `relay-ip=${ADDRESS}`,
    "relay-ip=::1",
    `pidfile=${join(dir, "pid")}`,
    `userdb=${join(dir, "db")}`,
    "log-file=stdout",
  ];
  const conf = join(dir, "turnserver.conf");
  writeFileSync(conf, [changed({ ...ofThisTest, ...changes }), ...site, ...added, ""].join("\n"), {
    mode: 0o600,
  });
  const child = spawn("turnserver", ["-c", conf], { cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
  let logged = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (logged += String(chunk)));
  const ended = once(child, "close");
  const udp = { address: ADDRESS, port, transport: "udp" } as const;
  const answers = await Promise.race([isUp(udp), ended.then(() => false)]);
  if (!answers) throw new Error(`coturn ended:\n${logged}`);
  return {
    udp,
    tcp: { address: ADDRESS, port, transport: "tcp" },
    tls: {
      address: ADDRESS,
      port: tlsPort,
      transport: "tls",
      certificate: readFileSync(certificate.certFile),
    },
    logged: () => logged,
    async stop() {
      child.kill("SIGKILL");
      await ended;
      rmSync(dir, { recursive: true });
    },
  };
}

/** The document with other values; a setting that it does not have once is a mistake of the test's. The log goes to the test. */
function changed(changes: Readonly<Record<string, string>>): string {
  let text = readFileSync(DOCUMENTED, "utf8").replace(/^syslog$/m, "");
  for (const [name, value] of Object.entries(changes)) {
    const lines = new RegExp(`^${name}=.*$`, "gm");
    if (text.match(lines)?.length !== 1) throw new Error(`docs/turnserver.conf has not one line ${name}=`);
    text = text.replace(lines, `${name}=${value}`);
  }
  return text;
}

/** First and last address of each range to which nothing may be relayed. */
export function documentedDenials(): readonly string[] {
  const lines = readFileSync(DOCUMENTED, "utf8").matchAll(/^denied-peer-ip=(.*)$/gm);
  return [...lines].flatMap(([, range = ""]) => range.split("-"));
}

/** Resolves once it answers; until then requests are sent again. */
async function isUp(udp: TurnAddress): Promise<boolean> {
  const client = await openTurnClient(udp, NOBODY);
  await client.binding();
  client.close();
  return true;
}

/** One that is free for UDP and TCP. */
async function freePort(): Promise<number> {
  const tcp = createServer().listen(0, ADDRESS);
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4");
  const bound = new Promise<boolean>((resolve) => {
    udp.once("error", () => resolve(false));
    udp.bind(port, ADDRESS, () => resolve(true));
  });
  const isFree = await bound;
  udp.close();
  tcp.close();
  await once(tcp, "close");
  return isFree ? port : freePort();
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}
