/** `sotto serve` with the bench's page in the place of the web app: `pageServer.ts DIST …`. */
import { createLog, loadConfig, startServer } from "@sotto/server";

const [webAppDir = "", ...args] = process.argv.slice(2);
const { config } = loadConfig({ args, env: process.env, cwd: process.cwd() });
const log = createLog({ level: "error", json: true, write: (line) => process.stderr.write(line) });
const server = await startServer({ config, log, webAppDir });
const { url, lanUrls, fingerprint } = server;
console.log(JSON.stringify({ event: "ready", url, lanUrls, fingerprint, pid: process.pid }));
process.once("SIGTERM", () => void server.close().then(() => process.exit(0)));
