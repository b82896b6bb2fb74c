/**
 * The server's half of OPAQUE (RFC 9807) as `@serenity-kit/opaque` computes it. Whatever a client sends that the library cannot read is
 * an `undefined` here. For a user without a record the library answers a login from a record that it derives from its own secret, so
 * the reply has the form, the size and the cost of a real one.
 */
import { client, ready, server } from "@serenity-kit/opaque";

/** What the server remembers between the two steps of a login. */
export interface StartedLogin {
  /** Secret: never stored, never logged. */
  readonly state: string;
  readonly response: string;
}

export interface OpaqueServer {
  /** Answers the first step of a registration or of a new password. */
  readonly registrationResponse: (userName: string, request: string) => string | undefined;
  /** Whether a record made by a client can serve a login. */
  readonly isRecord: (userName: string, record: string) => boolean;
  /** `record` is null for an unknown user. */
  readonly startLogin: (userName: string, record: string | null, request: string) => StartedLogin | undefined;
  /** True when the client has shown that it knows the password. */
  readonly finishLogin: (state: string, request: string) => boolean;
}

/** Size of the secret behind its text: OPRF seed 64, private key 32, key for answers to unknown users 32. */
export const OPAQUE_SETUP_BYTES = 128;

/** A new secret for {@link createOpaqueServer}: base64url text. */
export async function createOpaqueSetup(): Promise<string> {
  await ready;
  return server.createSetup();
}

/** The functions under one server secret, or `undefined` if it is none. */
export async function createOpaqueServer(serverSetup: string): Promise<OpaqueServer | undefined> {
  await ready;
  if (attempt(() => server.getPublicKey(serverSetup)) === undefined) return undefined;
  const startLogin: OpaqueServer["startLogin"] = (userName, record, request) => {
    const started = attempt(() =>
      server.startLogin({
        serverSetup,
        userIdentifier: userName,
        registrationRecord: record,
        startLoginRequest: request,
      }),
    );
    return started && { state: started.serverLoginState, response: started.loginResponse };
  };
  return {
    startLogin,
    registrationResponse: (userName, request) =>
      attempt(() =>
        server.createRegistrationResponse({
          serverSetup,
          userIdentifier: userName,
          registrationRequest: request,
        }),
      )?.registrationResponse,
    isRecord: (userName, record) =>
      startLogin(userName, record, client.startLogin({ password: "" }).startLoginRequest) !== undefined,
    finishLogin: (state, request) =>
      attempt(() => server.finishLogin({ serverLoginState: state, finishLoginRequest: request })) !==
      undefined,
  };
}

/** The library throws for everything that it cannot read or that does not verify. */
function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
