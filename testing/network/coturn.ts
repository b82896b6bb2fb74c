/** coturn, the TURN server that a deployment would run, on a machine of the network: STUN and TURN on UDP and TCP. */
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { PATIENCE_MS } from "../support/deadline.ts";
import { launched, startLineProcess } from "../support/lineProcess.ts";
import type { Place } from "./network.ts";

export interface Coturn {
  readonly stunUrl: string;
  /** Over UDP and over TCP. */
  readonly turnUrls: readonly [udp: string, tcp: string];
  /** Valid for an hour (draft-uberti-behave-turn-rest): what the operator's server would give out. */
  credentials(name: string): { readonly username: string; readonly credential: string };
  stop(): Promise<void>;
}

const PORT = 3478;
const VALID_SECONDS = 3600;

/** Resolves when it listens. */
export async function startCoturn({ namespace, address }: Place, secret: string): Promise<Coturn> {
  const flags = [
    "-n",
    "--no-cli",
    "--no-tls",
    "--no-dtls",
    "--log-file=stdout",
    "--simple-log",
    "--pidfile=",
  ];
  const place = [`--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${PORT}`];
  const users = ["--realm=sotto", "--use-auth-secret", `--static-auth-secret=${secret}`];
  const server = startLineProcess({
    command: launched(namespace.launcher, "turnserver", ...flags, ...place, ...users),
    onLine: () => {},
  });
  let ended = false;
  void server.exited.then(() => (ended = true));
  // Its log comes through a buffer.
  const deadlineMs = Date.now() + PATIENCE_MS;
  while (!listens(server.pid)) {
    if (ended || Date.now() > deadlineMs) throw new Error(`coturn does not listen: ${server.errors()}`);
    await setTimeout(50);
  }
  return {
    stunUrl: `stun:${address}:${PORT}`,
    turnUrls: [`turn:${address}:${PORT}?transport=udp`, `turn:${address}:${PORT}?transport=tcp`],
    credentials(name) {
      const username = `${Math.floor(Date.now() / 1000) + VALID_SECONDS}:${name}`;
      return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
    },
    async stop() {
      server.kill("SIGKILL");
      await server.exited;
    },
  };
}

/** Whether somebody on the process's machine has the port. */
function listens(pid: number): boolean {
  const port = PORT.toString(16).toUpperCase().padStart(4, "0");
  return readFileSync(`/proc/${pid}/net/udp`, "utf8").includes(`:${port} `);
}
