/** The server as a library: `sotto serve`, administration and tests start it from here. */
export type { Log, LogFields, LogLevel, LogOptions } from "./adapters/logging/log.ts";
export { createLog } from "./adapters/logging/log.ts";
export type { ServerConfig } from "./config/keys.ts";
export type { ConfigSources, LoadedConfig } from "./config/loadConfig.ts";
export { defaultConfig, loadConfig } from "./config/loadConfig.ts";
export type { Problem } from "./config/problem.ts";
export { ConfigError } from "./config/problem.ts";
export { runServer } from "./main.ts";
export type { StartReason } from "./startError.ts";
export { StartError } from "./startError.ts";
export type { RunningServer, ServerOptions } from "./startServer.ts";
export { startServer } from "./startServer.ts";
