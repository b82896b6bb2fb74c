/** Servers that are their own certificate authority: a person, or a fingerprint given beforehand, says that it is the right one. */
import type { ServerTrust } from "sotto/node";
import { askVisibly } from "./password.ts";
import { CommandError, UsageError } from "./problems.ts";
import type { Shell } from "./shell.ts";
import { tell } from "./shell.ts";

export interface TrustTarget {
  /** The home's folder. */
  readonly dir: string;
  readonly server: string;
}

/**
 * Comes before the first request of a sign-in. With a fingerprint its authority is pinned for this home, in place of what was; without one an
 * authority that nobody knows is asked about on a terminal. Throws {@link CommandError} `untrusted`, {@link UsageError}, or the SDK's error.
 */
export async function settleTrust(
  shell: Shell,
  target: TrustTarget,
  fingerprint: string | undefined,
): Promise<void> {
  if (fingerprint !== undefined) return shell.pinServer({ ...target, fingerprint });
  const trust = await shell.inspectServer(target);
  if (trust.kind === "unknown") return askAbout(shell, target, trust.fingerprint);
  const problem = trustProblem(trust);
  if (problem !== undefined) throw new CommandError("untrusted", problem);
}

/** What is wrong with a server's certificate and what to do, in a sentence or two; `undefined` when it is not the certificate. */
export function trustProblem(trust: ServerTrust): string | undefined {
  switch (trust.kind) {
    case "trusted":
    case "unreachable":
      return undefined;
    case "unknown":
      return (
        `Nobody here knows this server's certificate authority. Its SHA-256 fingerprint is ${trust.fingerprint}. ` +
        `If whoever runs the server reads the same there, sign in with --fingerprint ${digitsOf(trust.fingerprint)}`
      );
    case "changed":
      return (
        `The server's certificate authority has changed, so nothing was sent. This home trusts the one with the SHA-256 fingerprint ${trust.pinned}; ` +
        `the server now shows ${trust.shown}. Somebody may stand in between. Ask whoever runs the server: ` +
        `if the new one is right, sign in again with --fingerprint ${digitsOf(trust.shown)}`
      );
    case "invalid":
      return `The server's certificate does not hold, whoever vouches for it (${trust.reason}). Check the address, the clock of both machines, and ask who runs the server.`;
  }
}

/** The 64 digits of a SHA-256 fingerprint as people write it, or `undefined`. */
export function parseFingerprint(text: string): string | undefined {
  const digits = text.replaceAll(/[:\s]/g, "").toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}

async function askAbout(shell: Shell, target: TrustTarget, fingerprint: string): Promise<void> {
  if (!shell.stdin.isTTY)
    throw new CommandError("untrusted", trustProblem({ kind: "unknown", fingerprint }) ?? "");
  tell(shell, "This server is its own certificate authority, which this home does not know yet.");
  tell(shell, `Its SHA-256 fingerprint: ${fingerprint}`);
  tell(shell, "The server shows it when it starts. If the two differ, somebody stands in between.");
  const answer = await askVisibly(shell, "Are they the same? [y/N] ");
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new CommandError("untrusted", "Nothing was sent to the server.");
  await shell.pinServer({ ...target, fingerprint });
}

function digitsOf(fingerprint: string): string {
  return fingerprint.replaceAll(":", "");
}

/** The fingerprint of the flag. Throws {@link UsageError}. */
export function fingerprintFlag(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const digits = parseFingerprint(text);
  if (digits === undefined)
    throw new UsageError(
      "--fingerprint is a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons.",
    );
  return digits;
}
