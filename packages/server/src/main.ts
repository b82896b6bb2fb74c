/** The server as a process: command line, signals, exit codes. `sotto serve` runs the same. */
import { fileURLToPath } from "node:url";
import { createLog } from "./adapters/logging/log.ts";
import type { LoadedConfig } from "./config/loadConfig.ts";
import { loadConfig } from "./config/loadConfig.ts";
import { ConfigError } from "./config/problem.ts";
import { wantsAuthority } from "./openTls.ts";
import { readyLine, readyText } from "./readiness.ts";
import { StartError } from "./startError.ts";
import type { RunningServer } from "./startServer.ts";
import { startServer } from "./startServer.ts";

const WEB_APP_DIR = fileURLToPath(new URL("../../web/dist", import.meta.url));

/**
 * Runs a server until SIGTERM or SIGINT, which end it cleanly with exit code 0; a second signal ends it at once. A server that cannot
 * start says why in a sentence on stderr and sets exit code 1. `args` is the command line after `serve`.
 */
export async function runServer(args: readonly string[]): Promise<void> {
  const started = await start(args);
  if (started === undefined) {
    process.exitCode = 1;
    return;
  }
  const { server, json } = started;
  const colours = process.stdout.isTTY && !process.env["NO_COLOR"];
  const view = { qr: started.qr || process.stdout.isTTY, colours };
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    void server.close().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Last: whoever reads it may send a signal at once.
  process.stdout.write(`${json ? readyLine(server, process.pid) : readyText(server, view)}\n`);
}

async function start(
  args: readonly string[],
): Promise<(LoadedConfig & { server: RunningServer }) | undefined> {
  try {
    const loaded = loadConfig({ args, env: process.env, cwd: process.cwd() });
    const { config, json } = loaded;
    const log = createLog({ level: config.logLevel, json, write: (line) => process.stderr.write(line) });
    if (config.tls.certFile === null && config.trustedProxies.length === 0 && !wantsAuthority(config)) {
      log.info(
        {},
        "without TLS files, an own authority or a trusted proxy only clients on this machine are served",
      );
    }
    const onFatal = (): never => process.exit(1);
    return { ...loaded, server: await startServer({ config, log, webAppDir: WEB_APP_DIR, onFatal }) };
  } catch (error) {
    if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

if (import.meta.main) await runServer(process.argv.slice(2));
