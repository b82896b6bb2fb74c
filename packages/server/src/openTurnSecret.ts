/** The secret that TURN servers share with this one: from a file or from the configuration. An unusable one is refused with a sentence. */
import { readFileSync } from "node:fs";
import { isExposed } from "./adapters/files/secretFault.ts";
import type { ServerConfig } from "./config/keys.ts";
import type { SharedSecret, SharedSecretFault } from "./config/sharedSecret.ts";
import {
  HOW_TO_MAKE_ONE,
  SHARED_SECRET_FORM,
  sharedSecret,
  sharedSecretFault,
} from "./config/sharedSecret.ts";
import { StartError, systemCode } from "./startError.ts";

/** Null where no TURN server is configured. Throws {@link StartError}. */
export function openTurnSecret({ turnSecret, turnSecretFile }: ServerConfig["ice"]): SharedSecret | null {
  if (turnSecretFile === null) return turnSecret;
  const what = `ice.turnSecretFile = ${turnSecretFile}`;
  const text = readSecret(what, turnSecretFile);
  const fault = isExposed(turnSecretFile) ? "exposed" : sharedSecretFault(text);
  if (fault !== undefined) throw new StartError("secret", `${what} ${sentenceOf(fault)}`);
  return sharedSecret(text);
}

function sentenceOf(fault: SharedSecretFault | "exposed"): string {
  switch (fault) {
    case "exposed":
      return "is a secret that others than its owner can read: run chmod 600 on it, and choose another if somebody may have read this one.";
    case "form":
      return `holds no secret of ${SHARED_SECRET_FORM}: ${HOW_TO_MAKE_ONE}, which the TURN server must have too.`;
    case "sample":
      return `holds a sample or typed text and no secret that a generator has made: ${HOW_TO_MAKE_ONE}, which the TURN server must have too.`;
  }
}

function readSecret(what: string, file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new StartError("secret", `${what} cannot be read (${systemCode(error)}).`, { cause: error });
  }
}
