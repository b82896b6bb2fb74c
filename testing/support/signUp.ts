/** Makes an account with the terminal client's `register` command. */
import { mkdirSync } from "node:fs";
import { PATIENCE_MS, withDeadline } from "./deadline.ts";
import { launched, startLineProcess } from "./lineProcess.ts";
import { SOTTO_BIN } from "./paths.ts";

export interface SignUp {
  readonly name: string;
  /** Made if it is missing. */
  readonly home: string;
  readonly serverUrl: string;
  readonly password: string;
  /** Of the server's own authority. */
  readonly fingerprint?: string;
  /** Starts the program, for instance inside another network. */
  readonly launcher?: readonly string[];
}

/** Resolves when the account exists and its device is signed in; rejects with what the command said. */
export async function signUp(options: SignUp): Promise<void> {
  const { name, home, serverUrl, password, fingerprint, launcher } = options;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const trust = fingerprint === undefined ? [] : ["--fingerprint", fingerprint];
  const command = ["register", name, "--server", serverUrl, ...trust, "--password-stdin"];
  const child = startLineProcess({
    command: launched(launcher, process.execPath, SOTTO_BIN, "--home", home, ...command),
    cwd: home,
    onLine: () => {},
  });
  child.write(password);
  child.endInput();
  const { code, signal } = await withDeadline(`${name}'s registration`, PATIENCE_MS, child.exited);
  if (code !== 0) throw new Error(`register ${name} ended with ${signal ?? code}: ${child.errors()}`);
}
