/**
 * A server with a planted fault, started like `sotto serve`: it says ok to posts at once and stores them a little later. Whoever checks
 * that acknowledged means stored must find it out.
 */
import type { ServerOptions } from "@sotto/server";
import { createLog, loadConfig, startServer } from "@sotto/server";

type Executor = Parameters<NonNullable<ServerOptions["wrapExecutor"]>>[0];

/** About as long as a kill takes to follow an answer. */
const LATE_MS = 200;

function acknowledgingEarly(executor: Executor): Executor {
  const execute = (request: Parameters<Executor["execute"]>[0]): Promise<unknown> => {
    if (request.type !== "posts") return executor.execute(request);
    // Timers of one length keep their order.
    setTimeout(() => void executor.execute(request), LATE_MS);
    const stored = { ok: true, value: {} };
    return Promise.resolve({ ok: true, value: { results: request.posts.map(() => stored) } });
  };
  return { ...executor, execute: execute as Executor["execute"] };
}

const { config } = loadConfig({ args: process.argv.slice(2), env: process.env, cwd: process.cwd() });
const log = createLog({ level: "error", json: true, write: (line) => process.stderr.write(line) });
const server = await startServer({ config, log, wrapExecutor: acknowledgingEarly });
console.log(JSON.stringify({ event: "ready", url: server.url, pid: process.pid }));
process.once("SIGTERM", () => void server.close().then(() => process.exit(0)));
