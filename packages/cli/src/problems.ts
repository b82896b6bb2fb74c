/** How a command fails: one plain sentence on stderr and an exit code that scripts can tell apart. */
import { sanitizeText } from "./sanitize.ts";

/** Exit codes; packages/cli/README.md documents them. */
export const EXIT = {
  done: 0,
  /** The command could not be carried out. */
  failed: 1,
  /** Command line or configuration cannot be used. */
  usage: 2,
  /** No account is signed in here, or user name and password do not fit. */
  signedOut: 3,
  /** The server cannot be reached, or is none. */
  unreachable: 4,
} as const;

/** The command line or the configuration cannot be used. The message says what is wrong and what is allowed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** An expected failure with a code of the error table, for the terminal client's own checks. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const SIGNED_OUT = ["storeMissing", "signedOut", "wrongCredentials", "noDevice"];
const UNREACHABLE = ["offline", "timeout", "wrongAddress", "untrusted", "versionTooOld"];

/**
 * The stable code of an expected error, or `undefined` for a bug. SDK errors are known by their name: importing their class would load the
 * SDK for every command.
 */
export function problemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, code } = error as Error & { readonly code?: unknown };
  return (name === "SottoError" || name === "CommandError") && typeof code === "string" ? code : undefined;
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  const code = problemCode(error) ?? "";
  if (SIGNED_OUT.includes(code)) return EXIT.signedOut;
  return UNREACHABLE.includes(code) ? EXIT.unreachable : EXIT.failed;
}

/** What the user is told. Words of a server may be among them, hence sanitised; a bug's own words may hold secrets and are left out. */
export function sentenceOf(error: unknown): string {
  const system = error as { readonly syscall?: unknown; readonly message?: unknown } | null;
  const expected = error instanceof UsageError || problemCode(error) !== undefined;
  if (error instanceof Error && (expected || typeof system?.syscall === "string"))
    return sanitizeText(error.message);
  const kind = error instanceof Error ? error.name : typeof error;
  return `Something went wrong inside the program (${kind}). Set SOTTO_DEBUG=1 to see where.`;
}
