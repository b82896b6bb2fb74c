import { afterEach, describe, expect, test } from "vitest";
import { startLineProcess } from "./lineProcess.ts";
import type { RpcClient } from "./rpcClient.ts";
import { RpcEnded, RpcError, nextEvent, rpcClientOf, until } from "./rpcClient.ts";

/** Answers `status` after an event, `contacts.list` with an error, and anything else by dying. */
const STAND_IN = `
const say = (value) => console.log(JSON.stringify({ jsonrpc: "2.0", ...value }));
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "status") {
    say({ method: "event", params: { type: "connection", state: "online" } });
    say({ id, result: { account: "alice", connected: true } });
  } else if (method === "contacts.add") say({ id, result: params });
  else if (method === "contacts.list") say({ id, error: { code: -32000, message: "offline", data: { code: "offline" } } });
  else { console.error("last words"); process.exit(3); }
});`;

let client: RpcClient;
const start = (): RpcClient =>
  (client = rpcClientOf("alice", (onLine) =>
    startLineProcess({ command: [process.execPath, "-e", STAND_IN], onLine }),
  ));
afterEach(() => client.kill());

describe("rpc client", () => {
  test("pipelined calls get their own answers; errors have the code of the table", async () => {
    start();
    const [added, status, failed] = await Promise.allSettled([
      client.call("contacts.add", { username: "bob" }),
      client.call("status"),
      client.call("contacts.list"),
    ]);
    expect(added).toMatchObject({ value: { username: "bob" } });
    expect(status).toMatchObject({ value: { account: "alice", connected: true } });
    expect(failed).toMatchObject({
      reason: { name: "RpcError", code: "offline", message: "alice: offline" },
    });
    expect((failed as PromiseRejectedResult).reason).toBeInstanceOf(RpcError);
  });

  test("an event that was asked for before is not missed", async () => {
    start();
    const online = nextEvent(client, "connection", "going online", ({ state }) => state === "online");
    await client.call("status");
    expect(await online).toEqual({ type: "connection", state: "online" });
  });

  test("a condition is asked again after an event, and its wait is bounded", async () => {
    start();
    let asked = 0;
    const second = until(client, "a second look", async () => ++asked === 2);
    await client.call("status");
    await second;
    await expect(until(client, "pigs flying", async () => false, 20)).rejects.toThrow(
      "alice: pigs flying did not come within 20 ms",
    );
  });

  test("what was asked when the process ends is not known to have happened", async () => {
    start();
    const asked = client.call("conversations.list");
    await expect(asked).rejects.toBeInstanceOf(RpcEnded);
    await expect(asked).rejects.toThrow("last words");
    await expect(client.call("status")).rejects.toBeInstanceOf(RpcEnded);
  });

  test("closing asks for exit code 0", async () => {
    start();
    await client.call("status");
    await expect(client.close()).resolves.toBeUndefined();
    start();
    const ended = client.call("conversations.list").catch(() => {});
    await ended;
    await expect(client.close()).rejects.toThrow("ended with 3");
  });
});
