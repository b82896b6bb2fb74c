/**
 * Puts the client's configuration together. Later sources win: defaults, `client.jsonc`, `.env`, `.env.<environment>`, the environment.
 * What is unknown or not allowed stops the command with key, value, place and what is allowed.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../problems.ts";
import type { ClientConfig, KeyName } from "./keys.ts";
import { KEYS, KEY_NAMES } from "./keys.ts";

/** In the home, when --client-config names no other. */
const DEFAULT_FILE = "client.jsonc";
/** Values of SOTTO_ENV, or else NODE_ENV: the same as the server's. */
const ENVIRONMENTS = ["development", "test", "production"];

export interface ConfigSources {
  readonly home: string;
  /** File of --client-config; it must exist. */
  readonly clientConfig: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the `.env` files are. */
  readonly cwd: string;
}

type Values = { -readonly [K in KeyName]?: ClientConfig[K] };

/** Throws {@link UsageError} with one line for each problem. */
export async function loadConfig({ home, clientConfig, env, cwd }: ConfigSources): Promise<ClientConfig> {
  const problems: string[] = [];
  const environment = env["SOTTO_ENV"] || env["NODE_ENV"];
  if (environment && !ENVIRONMENTS.includes(environment)) {
    const name = env["SOTTO_ENV"] ? "SOTTO_ENV" : "NODE_ENV";
    problems.push(problemLine("the environment", name, environment, `one of ${ENVIRONMENTS.join(", ")}`));
  }
  const file = clientConfig ?? join(home, DEFAULT_FILE);
  const text = readIfThere(file);
  if (text === undefined && clientConfig !== undefined) {
    problems.push(problemLine("the command line", "--client-config", clientConfig, "a readable file"));
  }
  const values: Values = { ...(text !== undefined && (await readJson(file, text, problems))) };
  for (const name of environment ? [".env", `.env.${environment}`] : [".env"]) {
    const envText = readIfThere(resolve(cwd, name));
    if (envText !== undefined) Object.assign(values, readVariables(name, parseEnv(envText), problems));
  }
  Object.assign(values, readVariables("the environment", env, problems));
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return {
    serverAddress: KEYS.serverAddress.fallback,
    serverPort: KEYS.serverPort.fallback,
    serverFingerprint: KEYS.serverFingerprint.fallback,
    directConnections: KEYS.directConnections.fallback,
    ...values,
  };
}

async function readJson(source: string, text: string, problems: string[]): Promise<Values> {
  const { getNodeValue, parseTree, printParseErrorCode } = await import("jsonc-parser");
  const lineOf = (offset: number): string => `${source}:${text.slice(0, offset).split("\n").length}`;
  const errors: { error: number; offset: number; length: number }[] = [];
  const root = parseTree(text.replace(/^\uFEFF/, " "), errors, { allowTrailingComma: true });
  for (const { error, offset, length } of errors) {
    const written = text.slice(offset, offset + length);
    problems.push(problemLine(lineOf(offset), printParseErrorCode(error), written, "JSON with comments"));
  }
  if (errors.length > 0) return {};
  if (root?.type !== "object") {
    problems.push(problemLine(source, "the file", text.trim().slice(0, 100), "an object"));
    return {};
  }
  const values: Values = {};
  for (const property of root.children ?? []) {
    const [nameNode, valueNode] = property.children ?? [];
    if (nameNode === undefined || valueNode === undefined) continue;
    const place = lineOf(nameNode.offset);
    const value: unknown = getNodeValue(valueNode);
    const name = KEY_NAMES.find((known) => known === nameNode.value);
    const read = name && KEYS[name].fromJson(value);
    if (name !== undefined && read !== undefined) Object.assign(values, { [name]: read });
    else {
      const allowed = name === undefined ? `one of the keys ${KEY_NAMES.join(", ")}` : KEYS[name].allowed;
      problems.push(problemLine(place, String(nameNode.value), JSON.stringify(value), allowed));
    }
  }
  return values;
}

/** Our variables; others of the same prefix are the server's, which shares its `.env` files with the client. */
function readVariables(
  source: string,
  variables: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Values {
  const values: Values = {};
  for (const name of KEY_NAMES) {
    const { variable, fromText, allowed } = KEYS[name];
    const text = variables[variable];
    if (text === undefined) continue;
    const value = fromText(text);
    if (value === undefined) problems.push(problemLine(source, variable, text, allowed));
    else Object.assign(values, { [name]: value });
  }
  return values;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // ENOTDIR: a part of the path is a file, so there is none here either.
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

function problemLine(source: string, key: string, value: string, expected: string): string {
  return `${source}: ${key} = ${value === "" ? "(nothing)" : value} - expected ${expected}.`;
}
