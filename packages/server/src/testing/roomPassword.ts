/** A client's steps at a room's password over HTTP, with the cheapest stretching: it is the client's cost. */
import { client, ready } from "@serenity-kit/opaque";
import type { GroupId } from "@sotto/protocol";
import { toBase64Url, utf8 } from "@sotto/protocol";
import type { Answer, Person, TestServer } from "./runningServer.ts";
import { call } from "./runningServer.ts";

const keyStretching = { "argon2id-custom": { iterations: 1, memory: 8, parallelism: 1 } } as const;

/** A code and a password that the server is to have for the room. `finished` is undefined if the first step was refused. */
export async function setPassword(
  server: Pick<TestServer, "url">,
  { token }: Person,
  room: { readonly group: GroupId; readonly code: string; readonly password: string; readonly k: number },
): Promise<{ started: Answer; finished: Answer | undefined; exportKey: string | undefined }> {
  await ready;
  const { group, code, password, k } = room;
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const started = await call(server, "roomPasswordStart", { token, body: { code, registrationRequest } });
  if (started.status !== 200) return { started, finished: undefined, exportKey: undefined };
  const registrationResponse = String(started.json["registrationResponse"]);
  const made = client.finishRegistration({
    password,
    registrationResponse,
    clientRegistrationState,
    keyStretching,
  });
  const { registrationRecord, exportKey } = made;
  const body = { code, registrationRecord, sealedSecret: toBase64Url(utf8("sealed secret")), k };
  const finished = await call(server, "putRoom", { token, params: { group }, body });
  return { started, finished, exportKey };
}

/**
 * Both steps of a login at a room; for a password that the client itself finds wrong, the second with a message that proves nothing. `by` finishes it,
 * who began it unless said.
 */
export async function tryPassword(
  server: Pick<TestServer, "url">,
  { token }: Pick<Person, "token">,
  code: string,
  password: string,
  by: Pick<Person, "token"> = { token },
): Promise<{ started: Answer; finished: Answer; exportKey: string | undefined; startMs: number }> {
  await ready;
  const { clientLoginState, startLoginRequest } = client.startLogin({ password });
  const beforeMs = performance.now();
  const started = await call(server, "roomLoginStart", { token, body: { code, startLoginRequest } });
  const startMs = performance.now() - beforeMs;
  const { loginId = "0".repeat(32), loginResponse } = started.json as {
    loginId?: string;
    loginResponse: string;
  };
  const proof =
    started.status === 200
      ? client.finishLogin({ password, loginResponse, clientLoginState, keyStretching })
      : undefined;
  const finishLoginRequest = proof?.finishLoginRequest ?? toBase64Url(new Uint8Array(64));
  const body = { loginId, finishLoginRequest };
  const finished = await call(server, "roomLoginFinish", { token: by.token, body });
  return { started, finished, exportKey: proof?.exportKey, startMs };
}
