/** Where https comes from: configured files, the server's own authority in the data directory, or nowhere. Unusable ones are refused with a sentence. */
import { readFileSync } from "node:fs";
import { isExposed } from "./adapters/files/secretFault.ts";
import type { Log } from "./adapters/logging/log.ts";
import type { TlsFiles } from "./adapters/net/onePort.ts";
import type { Authority, AuthorityFault } from "./adapters/tls/authority.ts";
import { AuthorityError, openAuthority } from "./adapters/tls/authority.ts";
import type { Machine } from "./adapters/tls/names.ts";
import { namesOf, scopeOf } from "./adapters/tls/names.ts";
import type { ServerConfig } from "./config/keys.ts";
import { StartError, systemCode } from "./startError.ts";

/** Interfaces come and go without notice; to look costs some microseconds. */
const LOOK_EVERY_MS = 10_000;

/** The configured certificate and key, or null. Throws {@link StartError}. */
export function readTlsFiles({ certFile, keyFile }: ServerConfig["tls"]): TlsFiles | null {
  if (certFile === null || keyFile === null) return null;
  const files = { cert: readPem("tls.certFile", certFile), key: readPem("tls.keyFile", keyFile) };
  if (isExposed(keyFile)) throw new StartError("tls", exposedSentence(`tls.keyFile = ${keyFile}`));
  return files;
}

/** Whether the server is to be its own authority: it serves others, and nobody else sees to https. */
export function wantsAuthority(config: ServerConfig): boolean {
  const { tls, bindAddress, trustedProxies } = config;
  const served = bindAddress !== "::1" && !bindAddress.startsWith("127.");
  return tls.selfMade && tls.certFile === null && trustedProxies.length === 0 && served;
}

/** The authority of this data directory, made at the first start. Throws {@link StartError}. */
export async function openOwnAuthority(dataDir: string, machine: Machine, nowMs: number): Promise<Authority> {
  try {
    const names = namesOf(machine);
    return await openAuthority({
      dataDir,
      scope: scopeOf(machine),
      hostName: machine.hostName,
      names,
      nowMs,
    });
  } catch (error) {
    if (error instanceof AuthorityError)
      throw new StartError("tls", faultSentence(error.file, error.fault), { cause: error });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new StartError(
      "tls",
      `The authority in ${dataDir} cannot be read or made (${systemCode(error)}).`,
      {
        cause: error,
      },
    );
  }
}

export interface AuthorityWatch {
  readonly authority: Authority;
  readonly machine: () => Machine;
  readonly nowMs: () => number;
  readonly log: Log;
  /** Another server certificate is to be served from now on. */
  readonly onRenewed: (files: TlsFiles) => void;
}

/** Keeps the server certificate true to the machine's names and away from its end, until the returned function is called and has resolved. */
export function watchAuthority(watch: AuthorityWatch): () => Promise<void> {
  const { authority, machine, nowMs, log, onRenewed } = watch;
  let told = "";
  const look = async (): Promise<void> => {
    const names = namesOf(machine());
    const unvouched = authority.unvouched(names).join(", ");
    if (unvouched !== "" && unvouched !== told) {
      log.warn(
        { names: unvouched },
        "the authority was made where these names were not the machine's, and may not vouch for them",
      );
    }
    told = unvouched;
    if (!(await authority.renew(names, nowMs()))) return;
    log.info(
      { names: [...names.domains, ...names.addresses].join(", ") },
      "the server has a new certificate",
    );
    onRenewed(authority.current());
  };
  let looking: Promise<void> | undefined;
  const start = (): void => {
    looking ??= look()
      .catch((error: unknown) => log.error({ error: systemCode(error) }, "the certificate cannot be renewed"))
      .finally(() => (looking = undefined));
  };
  start();
  const timer = setInterval(start, LOOK_EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

function faultSentence(file: string, fault: AuthorityFault): string {
  switch (fault) {
    case "exposed":
      return exposedSentence(file);
    case "damaged":
      return `${file} is damaged: restore it from a backup, or delete it; then a new authority is made, which everybody has to trust anew.`;
    case "ended":
      return `${file} is past its end: delete it; then a new authority is made, which everybody has to trust anew.`;
  }
}

function exposedSentence(what: string): string {
  return `${what} is a secret that others than its owner can read: run chmod 600 on it, and replace it if somebody may have.`;
}

function readPem(key: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartError("tls", `${key} = ${file} cannot be read (${systemCode(error)}).`, { cause: error });
  }
}
