/** The client's two flows of a room's password: OPAQUE as for accounts, with the same stretching. Neither rejects. */
import type { GroupId } from "@sotto/protocol";
import { SottoError } from "../api.ts";
import type { ApiAnswer, ServerApi } from "../http/serverApi.ts";
import { bytesOfText, idOfText } from "../http/text.ts";
import type { RoomAnswer } from "../ports/rooms.ts";
import type { ServerAnswer } from "../ports/server.ts";
import { startPasswordLogin, startPasswordRegistration } from "./password.ts";

type Answer<K extends RoomAnswer["kind"]> =
  | Extract<RoomAnswer, { kind: K }>
  | Extract<ServerAnswer, { kind: "refused" | "unreachable" }>;

/** A record of the password for the code, and what the password will be worth (ROOM-3). Nothing is stored at the server. */
export async function registerRoom(
  api: ServerApi,
  token: string,
  code: string,
  password: string,
): Promise<Answer<"roomRegistration">> {
  return guarded(async () => {
    const registration = await startPasswordRegistration(password);
    const { registrationRequest } = registration;
    const started = await api.call("roomPasswordStart", { token, body: { code, registrationRequest } });
    if (started.kind !== "ok") return started;
    const { registrationRecord, exportKey } = registration.finish(started.value.registrationResponse);
    return { kind: "roomRegistration", registrationRecord, exportKey: bytesOfText(exportKey) };
  });
}

/** What the room's password opens (ROOM-5). `wrongCredentials` for a wrong password and an unknown code alike. */
export async function openRoom(
  api: ServerApi,
  token: string,
  code: string,
  password: string,
): Promise<Answer<"room">> {
  return guarded(async () => {
    const login = await startPasswordLogin(password);
    const { startLoginRequest } = login;
    const started = await api.call("roomLoginStart", { token, body: { code, startLoginRequest } });
    if (started.kind !== "ok") return started;
    const finished = login.finish(started.value.loginResponse);
    if (finished === undefined) return { kind: "refused", code: "wrongCredentials" };
    const { loginId } = started.value;
    const { finishLoginRequest, exportKey } = finished;
    const opened: ApiAnswer<{ group: string; sealedSecret: string }> = await api.call("roomLoginFinish", {
      token,
      body: { loginId, finishLoginRequest },
    });
    if (opened.kind !== "ok") return opened;
    return {
      kind: "room",
      group: idOfText<GroupId>(opened.value.group),
      sealedSecret: bytesOfText(opened.value.sealedSecret),
      exportKey: bytesOfText(exportKey),
    };
  });
}

/** An answer of the server that the library cannot read is the server's fault. */
async function guarded<K extends RoomAnswer["kind"]>(flow: () => Promise<Answer<K>>): Promise<Answer<K>> {
  try {
    return await flow();
  } catch (error) {
    if (!(error instanceof SottoError)) throw error;
    return { kind: "refused", code: "internal", detail: error.message };
  }
}
