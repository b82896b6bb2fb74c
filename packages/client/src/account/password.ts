/**
 * The client's side of OPAQUE (RFC 9807): the server learns neither the password nor anything that opens what the export key seals.
 * Key stretching stays at the library's default (Argon2id, RFC 9106 §4 second choice: 64 MiB, 3 passes; about 200 ms): its
 * "rfc-recommended" profile needs 2 GiB, which phones and small machines do not have.
 */
import type * as Opaque from "@serenity-kit/opaque";
import { sottoError } from "../sdk/messages.ts";

/** Shorter ones are guessed too soon even at the rate that a server allows. */
export const MIN_PASSWORD_CHARS = 8;

/** Throws `weakPassword`. Counted in code points. */
export function checkNewPassword(password: string): void {
  if (Array.from(password).length < MIN_PASSWORD_CHARS) throw sottoError("weakPassword");
}

export interface PasswordRegistration {
  readonly registrationRequest: string;
  /** Stretches the password. Throws `refused` for an answer that is none. `exportKey` is secret and opens the account key. */
  finish(registrationResponse: string): { readonly registrationRecord: string; readonly exportKey: string };
}

export async function startPasswordRegistration(password: string): Promise<PasswordRegistration> {
  const client = await loadOpaque();
  const normal = normalised(password);
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: normal });
  return {
    registrationRequest,
    finish: (registrationResponse) =>
      checked(() =>
        client.finishRegistration({ password: normal, registrationResponse, clientRegistrationState }),
      ),
  };
}

export interface PasswordLogin {
  readonly startLoginRequest: string;
  /** `undefined`: wrong password, unknown user, or a server that does not have the record. */
  finish(
    loginResponse: string,
  ): { readonly finishLoginRequest: string; readonly exportKey: string } | undefined;
}

export async function startPasswordLogin(password: string): Promise<PasswordLogin> {
  const client = await loadOpaque();
  const normal = normalised(password);
  const { clientLoginState, startLoginRequest } = client.startLogin({ password: normal });
  return {
    startLoginRequest,
    finish: (loginResponse) =>
      checked(() => client.finishLogin({ password: normal, loginResponse, clientLoginState })),
  };
}

/** The library is 400 kB of WebAssembly, which a device that is signed in does not need at its start. */
async function loadOpaque(): Promise<typeof Opaque.client> {
  const { client, ready } = await import("@serenity-kit/opaque");
  await ready;
  return client;
}

/** One password however the keyboard composes its accents (RFC 8265 §4.2.2 OpaqueString: NFC). */
function normalised(password: string): string {
  return password.normalize("NFC");
}

/** The library throws for messages that do not parse: the server's fault, not a bug of ours. */
function checked<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw sottoError("refused", "its answer to the password exchange was malformed", error);
  }
}
