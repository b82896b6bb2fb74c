/**
 * The server's log: one line per event on a stream, as JSON or for people. Nothing is ever logged that the log policy forbids: no
 * tokens, no names, no message bytes at any level; addresses at debug alone. Callers pass fields one by one, never requests.
 */
import { pino } from "pino";

/** Fields come first, then a fixed sentence. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

export interface LogOptions {
  readonly level: LogLevel;
  /** Lines of JSON instead of lines for people. */
  readonly json: boolean;
  /** Receives whole lines, their line break included. */
  readonly write: (line: string) => void;
}

export function createLog({ level, json, write }: LogOptions): Log {
  const options = { level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  return pino(
    { ...options, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => write(json ? line : lineForPeople(line)) },
  );
}

function lineForPeople(json: string): string {
  const { time, level, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
  return `${String(time)} ${String(level).padEnd(5)} ${String(msg)}${rest.join("")}\n`;
}
