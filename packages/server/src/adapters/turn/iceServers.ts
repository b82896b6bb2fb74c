/**
 * What devices are told of STUN and TURN servers (DIR-12). Credentials of TURN are made for each request in the form that coturn calls
 * use-auth-secret: the user name says when they end, the password is its HMAC under the secret that both servers know. Nothing is stored.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { DeviceId } from "@sotto/protocol";
import type { SharedSecret } from "../../config/sharedSecret.ts";

/**
 * A credential's life. It must be valid when an address is allocated, not while it is used: coturn refreshes an allocation whose credential
 * has ended. Four hours leave a link three, at the least, in which it can look for a new way (ICE restart); after that the next call begins
 * with new ones. What has leaked is of use for no longer than that.
 */
export const CREDENTIAL_LIFETIME_SECONDS: number = 4 * 3600;
/** When devices ask anew. */
export const TTL_SECONDS = 3600;
const LABEL_BYTES = 12;

export interface IceOptions {
  readonly stunUrls: readonly string[];
  readonly turnUrls: readonly string[];
  /** Null only where there is no TURN server. */
  readonly turnSecret: SharedSecret | null;
  /** The wall clock, which TURN servers share: milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** The answer of GET /v1/ice. */
export interface IceAnswer {
  readonly servers: { urls: string[]; username?: string; credential?: string }[];
  readonly ttlSeconds: number;
}

export interface IceServers {
  readonly answerFor: (device: DeviceId) => IceAnswer;
}

export function createIceServers({ stunUrls, turnUrls, turnSecret, nowMs }: IceOptions): IceServers {
  const labelOf = createLabels(nowMs);
  const stun = stunUrls.length > 0 ? [{ urls: [...stunUrls] }] : [];
  return {
    answerFor(device) {
      if (turnSecret === null) return { servers: stun, ttlSeconds: TTL_SECONDS };
      const expiresAt = Math.floor(nowMs() / 1000) + CREDENTIAL_LIFETIME_SECONDS;
      const proof = turnCredential(turnSecret.reveal(), labelOf(device), expiresAt);
      return { servers: [...stun, { urls: [...turnUrls], ...proof }], ttlSeconds: TTL_SECONDS };
    },
  };
}

/** `expiresAt` in seconds since 1970 (draft-uberti-behave-turn-rest-00 §2.2). SHA-1 is TURN's choice; as an HMAC it is unbroken. */
export function turnCredential(
  secret: string,
  label: string,
  expiresAt: number,
): { username: string; credential: string } {
  const username = `${expiresAt}:${label}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}

/**
 * Names of devices for the TURN server alone. One device keeps its name for a credential's life, so that quotas per user count all that it
 * fetches; then the key is forgotten. So whoever runs the TURN server can tell neither which device a name is nor which was its name before.
 */
function createLabels(nowMs: () => number): (device: DeviceId) => string {
  let key = randomBytes(32);
  let untilMs = 0;
  return (device) => {
    if (nowMs() >= untilMs) {
      key = randomBytes(32);
      untilMs = nowMs() + CREDENTIAL_LIFETIME_SECONDS * 1000;
    }
    return createHmac("sha256", key).update(device).digest().subarray(0, LABEL_BYTES).toString("base64url");
  };
}
