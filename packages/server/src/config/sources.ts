/** The places a configuration comes from, each read into the same form: values by key, and problems. */
import { parseArgs, parseEnv } from "node:util";
import type { Node, ParseError } from "jsonc-parser";
import { getNodeValue, parseTree, printParseErrorCode } from "jsonc-parser";
import type { KeyName } from "./keys.ts";
import { KEY_NAMES, flagOf, keyOf, variableOf } from "./keys.ts";
import type { Problem } from "./problem.ts";
import { NOT_SHOWN } from "./sharedSecret.ts";

/** What one source says. */
export interface Reading {
  readonly values: ReadonlyMap<KeyName, unknown>;
  readonly problems: readonly Problem[];
}

/** Variables with our prefix that are no keys: they choose the files, or belong to the terminal client. */
const OTHER_VARIABLES = new Set([
  "SOTTO_DEBUG",
  "SOTTO_ENV",
  "SOTTO_HOME",
  "SOTTO_DIRECT_CONNECTIONS",
  "SOTTO_SERVER_ADDRESS",
  "SOTTO_SERVER_FINGERPRINT",
  "SOTTO_SERVER_PORT",
]);

/** Names that look like a secret's. */
const SECRET_NAME = /secret|passw|passphrase|token|key|seed|salt|setup/i;
/** Private keys are named as files, never given: what is written here may be shown. */
const PEM = /-----BEGIN /;
const NO_SECRETS =
  "nothing here, because secrets are not configured: the server makes its own in dataDir, and takes a TLS key and the secret of TURN from files";
const OWNERS_FILE =
  "a configuration file that its owner alone can read, because a secret stands in it: run chmod 600 on it, and choose another secret if somebody may have read this one";

/** Variables and flags are seen by other programs: a secret's key has none. */
const SHOWN_KEYS = KEY_NAMES.filter((name) => !isSecret(name));
const KEY_BY_VARIABLE = new Map(SHOWN_KEYS.map((name) => [variableOf(name), name]));
const KEY_BY_FLAG = new Map(SHOWN_KEYS.map((name) => [flagOf(name), name]));

/**
 * Reads a JSON file with comments and trailing commas. `source` names it in problems; `exposed`: others than its owner can read it, so that
 * no secret may stand in it.
 */
export function readJsonFile(source: string, text: string, exposed: boolean): Reading {
  const reader = readingOf();
  const lineOf = (offset: number): string => `${source}:${text.slice(0, offset).split("\n").length}`;
  const errors: ParseError[] = [];
  const root = parseTree(text.replace(/^\uFEFF/, " "), errors, { allowTrailingComma: true });
  for (const { error, offset, length } of errors) {
    // What is misplaced may be a piece of a secret.
    const value = SECRET_NAME.test(text) ? NOT_SHOWN : text.slice(offset, offset + length);
    reader.problem({
      source: lineOf(offset),
      key: printParseErrorCode(error),
      value,
      expected: "JSON with comments",
    });
  }
  if (errors.length > 0 || root === undefined) return reader;
  const visit = (node: Node, prefix: string): void => {
    if (node.type !== "object") {
      const shown = shownJson(node);
      const mayBeSecret = looksSecret(prefix, shown) || KEY_NAMES.some((key) => isSecret(key, `${prefix}.`));
      reader.problem({
        source: lineOf(node.offset),
        key: prefix || "the file",
        value: mayBeSecret ? NOT_SHOWN : shown,
        expected: "an object",
      });
      return;
    }
    for (const property of node.children ?? []) {
      const [nameNode, valueNode] = property.children ?? [];
      if (nameNode === undefined || valueNode === undefined) continue;
      const name = prefix === "" ? String(nameNode.value) : `${prefix}.${nameNode.value}`;
      const source = lineOf(nameNode.offset);
      const key = keyNamed(name);
      if (KEY_NAMES.some((known) => known.startsWith(`${name}.`))) visit(valueNode, name);
      else if (exposed && key !== undefined && isSecret(key))
        reader.problem({ source, key, value: NOT_SHOWN, expected: OWNERS_FILE });
      else
        reader.add(source, name, shownJson(valueNode), key, (kind) => kind.fromJson(getNodeValue(valueNode)));
    }
  };
  visit(root, "");
  return reader;
}

/** Reads the text of a `.env` file. Names without our prefix are another program's. */
export function readEnvFile(source: string, text: string): Reading {
  return readVariables(source, parseEnv(text));
}

/** Reads the variables that begin with SOTTO_. */
export function readVariables(
  source: string,
  variables: Readonly<Record<string, string | undefined>>,
): Reading {
  const reader = readingOf();
  for (const [variable, text] of Object.entries(variables)) {
    if (!variable.startsWith("SOTTO_") || OTHER_VARIABLES.has(variable) || text === undefined) continue;
    reader.add(source, variable, text, KEY_BY_VARIABLE.get(variable), (kind) => kind.fromText(text));
  }
  return reader;
}

/** Flags of the command line: the keys, and those of the command itself. */
export interface Flags extends Reading {
  readonly config: string | undefined;
  /** Report readiness on stdout as one line of JSON. */
  readonly json: boolean;
  /** Draw a QR code of the network's address also where no terminal is. */
  readonly qr: boolean;
}

/** Reads the flags; anything else on the command line is a problem. */
export function readFlags(args: readonly string[]): Flags {
  const reader = readingOf();
  const source = "the command line";
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      config: { type: "string" },
      json: { type: "boolean" },
      qr: { type: "boolean" },
      // A secret's value is taken off the line too, so that it is not shown as an argument of its own.
      ...Object.fromEntries(KEY_NAMES.map((name) => [flagOf(name), { type: "string" as const }])),
    },
  });
  let config: string | undefined;
  let json = false;
  let qr = false;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      reader.problem({ source, key: "argument", value: token.value, expected: "flags only" });
    } else if (token.name === "json" && token.value === undefined) json = true;
    else if (token.name === "qr" && token.value === undefined) qr = true;
    else if (token.name === "config" && token.value !== undefined) config = token.value;
    else if (token.value === undefined && (token.name === "config" || KEY_BY_FLAG.has(token.name))) {
      reader.problem({ source, key: token.rawName, value: "", expected: "a value" });
    } else {
      const text = token.value ?? "";
      reader.add(source, token.rawName, text, KEY_BY_FLAG.get(token.name), (kind) => kind.fromText(text));
    }
  }
  return { ...reader, config, json, qr };
}

function keyNamed(name: string): KeyName | undefined {
  return KEY_NAMES.find((known) => known === name);
}

function shownJson(node: Node): string {
  return JSON.stringify(getNodeValue(node));
}

function isSecret(name: KeyName, prefix = ""): boolean {
  return keyOf(name).kind.isSecret === true && name.startsWith(prefix);
}

/** An unknown key whose name is a secret's, or an object that has one. */
function looksSecret(written: string, shown: string): boolean {
  return SECRET_NAME.test(written) || (/^[{[]/.test(shown) && SECRET_NAME.test(shown));
}

type AnyKind = ReturnType<typeof keyOf>["kind"];

/** A reading that is being filled. */
function readingOf(): Reading & {
  problem(problem: Problem): void;
  add(
    source: string,
    written: string,
    shown: string,
    key: KeyName | undefined,
    read: (kind: AnyKind) => unknown,
  ): void;
} {
  const values = new Map<KeyName, unknown>();
  const problems: Problem[] = [];
  return {
    values,
    problems,
    problem: (problem) => void problems.push(problem),
    add(source, written, shown, key, read) {
      if (PEM.test(shown) || (key === undefined && looksSecret(written, shown))) {
        problems.push({ source, key: written, value: NOT_SHOWN, expected: NO_SECRETS });
        return;
      }
      if (key === undefined) {
        problems.push({
          source,
          key: written,
          value: shown,
          expected: "a known key; docs/CONFIGURATION.md lists them",
        });
        return;
      }
      const { kind } = keyOf(key);
      const value = read(kind);
      if (value === undefined) {
        const value = kind.isSecret ? NOT_SHOWN : shown;
        problems.push({ source, key: written, value, expected: kind.allowed });
      } else values.set(key, value);
    },
  };
}
