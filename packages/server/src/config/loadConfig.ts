/**
 * Puts the configuration together. Later sources win: defaults, the JSON file, `.env`, `.env.<environment>`, the environment,
 * flags. Anything unknown or not allowed, in any of them, stops the start.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isExposed } from "../adapters/files/secretFault.ts";
import type { KeyName, ServerConfig } from "./keys.ts";
import { KEY_NAMES, keyOf } from "./keys.ts";
import type { Problem } from "./problem.ts";
import { ConfigError } from "./problem.ts";
import type { Reading } from "./sources.ts";
import { readEnvFile, readFlags, readJsonFile, readVariables } from "./sources.ts";

/** Taken from the working directory when --config names no other. */
export const DEFAULT_FILE = "sotto.jsonc";
/** Values of SOTTO_ENV, or else NODE_ENV. */
export const ENVIRONMENTS = ["development", "test", "production"] as const;

export interface ConfigSources {
  /** The command line without program and script. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the files are looked for, and from where relative paths count. */
  readonly cwd: string;
}

export interface LoadedConfig {
  /** Paths are absolute. */
  readonly config: ServerConfig;
  /** The flag --json. */
  readonly json: boolean;
  /** The flag --qr. */
  readonly qr: boolean;
}

/** Reads every source. Throws {@link ConfigError} with all problems that it finds. */
export function loadConfig({ args = [], env = {}, cwd }: ConfigSources): LoadedConfig {
  const flags = readFlags(args);
  const file = configFile(flags.config, cwd);
  const environment = environmentOf(env);
  const readings = [
    file,
    optionalFile(cwd, ".env"),
    ...(environment.name === undefined ? [] : [optionalFile(cwd, `.env.${environment.name}`)]),
    readVariables("the environment", env),
    flags,
  ];
  const values = new Map<KeyName, unknown>(KEY_NAMES.map((name) => [name, keyOf(name).fallback]));
  for (const reading of readings) for (const [name, value] of reading.values) values.set(name, value);
  const problems = [...environment.problems, ...readings.flatMap((reading) => reading.problems)];
  for (const name of KEY_NAMES) {
    const value = values.get(name);
    if (keyOf(name).kind.isPath && typeof value === "string") values.set(name, resolve(cwd, value));
  }
  problems.push(...tlsProblems(values));
  // A secret that was refused above is not missing.
  if (problems.length === 0) problems.push(...iceProblems(values));
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: nested(values), json: flags.json, qr: flags.qr };
}

/** The defaults alone, for tests and tools that start from them. `dataDir` is relative. */
export function defaultConfig(): ServerConfig {
  return nested(new Map(KEY_NAMES.map((name) => [name, keyOf(name).fallback])));
}

function tlsProblems(values: ReadonlyMap<KeyName, unknown>): Problem[] {
  const [certFile, keyFile] = [values.get("tls.certFile"), values.get("tls.keyFile")];
  if ((certFile === null) === (keyFile === null)) return [];
  const [key, present] =
    certFile === null ? ["tls.certFile", "tls.keyFile"] : ["tls.keyFile", "tls.certFile"];
  return [{ source: "the configuration", key, value: "", expected: `a path, because ${present} is set` }];
}

/** TURN servers and their secret: both or neither, and one secret. */
function iceProblems(values: ReadonlyMap<KeyName, unknown>): Problem[] {
  const source = "the configuration";
  const hasUrls = (values.get("ice.turnUrls") as readonly string[]).length > 0;
  const file = values.get("ice.turnSecretFile") as string | null;
  const hasSecret = values.get("ice.turnSecret") !== null;
  if (file !== null && hasSecret)
    return [
      {
        source,
        key: "ice.turnSecretFile",
        value: file,
        expected: "nothing, because ice.turnSecret is set too",
      },
    ];
  if (hasUrls === (file !== null || hasSecret)) return [];
  const present = file === null ? "ice.turnSecret" : "ice.turnSecretFile";
  return hasUrls
    ? [{ source, key: "ice.turnSecretFile", value: "", expected: "a path, because ice.turnUrls is set" }]
    : [
        {
          source,
          key: "ice.turnUrls",
          value: "",
          expected: `addresses of TURN servers, because ${present} is set`,
        },
      ];
}

function configFile(named: string | undefined, cwd: string): Reading {
  if (named === undefined) return optionalFile(cwd, DEFAULT_FILE);
  const read = readText(resolve(cwd, named));
  if ("text" in read) return readJsonFile(named, read.text, read.exposed);
  const problem = {
    source: "the command line",
    key: "--config",
    value: named,
    expected: `a readable file (${read.code})`,
  };
  return { values: new Map(), problems: [problem] };
}

/** A file of the working directory that need not be there; being unreadable is a problem. */
function optionalFile(cwd: string, name: string): Reading {
  const read = readText(resolve(cwd, name));
  if ("text" in read)
    return name === DEFAULT_FILE ? readJsonFile(name, read.text, read.exposed) : readEnvFile(name, read.text);
  const problem = { source: cwd, key: name, value: read.code, expected: "a readable file" };
  return { values: new Map(), problems: read.code === "ENOENT" ? [] : [problem] };
}

function readText(path: string): { text: string; exposed: boolean } | { code: string } {
  try {
    return { text: readFileSync(path, "utf8"), exposed: isExposed(path) };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? "unreadable" };
  }
}

function environmentOf(env: Readonly<Record<string, string | undefined>>): {
  name?: string;
  problems: Problem[];
} {
  const key = env["SOTTO_ENV"] ? "SOTTO_ENV" : "NODE_ENV";
  const name = env[key];
  if (!name) return { problems: [] };
  if (ENVIRONMENTS.some((known) => known === name)) return { name, problems: [] };
  return {
    problems: [
      { source: "the environment", key, value: name, expected: `one of ${ENVIRONMENTS.join(", ")}` },
    ],
  };
}

function nested(values: ReadonlyMap<KeyName, unknown>): ServerConfig {
  const config: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const [group = "", leaf] = name.split(".");
    if (leaf === undefined) config[name] = value;
    else config[group] = { ...(config[group] as object | undefined), [leaf]: value };
  }
  return config as ServerConfig;
}
