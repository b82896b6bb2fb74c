import type { GroupId, MailboxId } from "@sotto/protocol";
import { utf8 } from "@sotto/protocol";
import { expect, test } from "vitest";
import { performRequest } from "./requests.ts";
import { createServerApi } from "./serverApi.ts";
import type { HttpCall, HttpReply } from "./transport.ts";

const GROUP = "a".repeat(32) as GroupId;
const INFO = { name: "sotto", protocol: { min: 1, max: 1 }, store: "0".repeat(32), registration: "open" };

/** What the engine is told when its question for a delivery list is answered so, and what was asked. */
async function ask(status: number, body: unknown): Promise<{ answer: unknown; calls: readonly HttpCall[] }> {
  const calls: HttpCall[] = [];
  const reply = (code: number, value: unknown): HttpReply => ({
    kind: "reply",
    status: code,
    mediaType: "application/json",
    body: utf8(JSON.stringify(value)),
  });
  const api = createServerApi(async (call) => {
    calls.push(call);
    return call.path === "/v1/info" ? reply(200, INFO) : reply(status, body);
  });
  return { answer: await performRequest(api, "t", { kind: "mailboxes", group: GROUP }), calls };
}

test("RLY-25 the delivery list of a group comes with its index", async () => {
  const mailboxes = ["1", "2"].map((digit) => digit.repeat(32) as MailboxId);
  const { answer, calls } = await ask(200, { index: 7, mailboxes });
  expect(answer).toEqual({ kind: "mailboxes", index: 7, mailboxes });
  expect(calls).toMatchObject([{ method: "GET", path: `/v1/groups/${GROUP}/mailboxes`, token: "t" }]);
});

test("RLY-25 a refusal stays one, and a list that no server can have is none", async () => {
  const refusal = { error: { code: "notMember", message: "words" } };
  expect((await ask(403, refusal)).answer).toEqual({ kind: "refused", code: "notMember", detail: "words" });
  const wrong = [
    { index: 7, mailboxes: [] },
    { index: -1, mailboxes: ["1".repeat(32)] },
    { index: 7, mailboxes: ["x".repeat(32)] },
    { index: 7, mailboxes: Array.from({ length: 257 }, () => "1".repeat(32)) },
  ];
  for (const list of wrong) expect((await ask(200, list)).answer).toMatchObject({ code: "internal" });
});
