/** Alice at a terminal and bob's program on two machines with a cable between them; the server is on bob's. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lan, Machine } from "../lan/network.ts";
import { openLan } from "../lan/network.ts";
import { runSotto } from "../lan/programs.ts";
import { whyNoNamespaces } from "../network/namespaces.ts";
import { makeScratch, removeScratch } from "../support/files.ts";
import { launched } from "../support/lineProcess.ts";
import { SOTTO_BIN } from "../support/paths.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { nextEvent, startRpcClient, until } from "../support/rpcClient.ts";
import type { ServerProcess } from "../support/serverProcess.ts";
import { startServerProcess } from "../support/serverProcess.ts";
import type { CliTerminal } from "./cliTerminal.ts";
import { exitCode, openCliTerminal } from "./cliTerminal.ts";

const PORT = 5555;
const PASSWORD = "correct horse battery";
const missing = whyNoNamespaces();

describe.skipIf(missing !== undefined)(
  `terminals with a cable between them (${missing ?? "of Node"})`,
  () => {
    let lan: Lan;
    let scratch: string;
    let server: ServerProcess;
    let bob: RpcClient;
    let chat: CliTerminal;
    const homeOf = (name: string): string => join(scratch, name);

    beforeAll(async () => {
      scratch = makeScratch("terminal-links");
      lan = openLan();
      server = await startServer();
      await register(lan.client, "alice");
      await register(lan.server, "bob");
      bob = await startRpcClient({ name: "bob", home: homeOf("bob"), launcher: lan.server.launcher });
      chat = openCliTerminal({
        home: homeOf("alice"),
        args: ["chat"],
        columns: 200,
        launcher: lan.client.launcher,
      });
    });
    afterAll(async () => {
      chat?.kill();
      await bob?.kill();
      await server?.stop();
      lan?.close();
      if (scratch !== undefined) removeScratch(scratch);
    });

    test("P2, P3: who has accepted is connected, and is told so; each message shows its way", async () => {
      await chat.shows("Connected.");
      const asked = nextEvent(bob, "contact", "the request", ({ username }) => username === "alice");
      chat.type("/add bob may I?\r");
      await asked;
      await bob.call("contacts.accept", { username: "alice" });
      await chat.shows("Messages with bob go directly now (same network).");
      // Each end says it when its own channels are open.
      await until(bob, "the link", async () => {
        const [conversation] = await bob.call("conversations.list");
        return conversation?.link.state === "open" && conversation.link.via === "local";
      });
      await sends("straight to you", "direct");
      await chat.shows("alice (direct)  straight to you");
      await chat.shows("bob (delivered, direct)> ");
    });

    test("P3: by the server alone, when that is chosen, and directly again", async () => {
      chat.type("/path relay\r");
      await chat.shows("Messages with bob go by the server again.");
      await sends("by the server", "relay");
      await chat.shows("bob (delivered)> ");
      chat.type("/path default\r");
      await chat.shows("Messages with bob go directly now (same network).");
    });

    test("messages that only go directly go on without the server", async () => {
      chat.type("/path direct\r");
      await chat.shows("Chosen for bob: direct.");
      await server.stop();
      await chat.shows("Not connected");
      await sends("without the server", "direct");
      await chat.shows("bob (delivered, direct)> ");
      server = await startServer();
      await chat.shows("Connected.");
      chat.type("/exit\r");
      expect(await exitCode(chat)).toBe(0);
    });

    test("one that is sent from the command line waits for the way, or says that there is none", async () => {
      await until(bob, "the connection", async () => (await bob.call("status")).connected);
      const arrived = nextEvent(bob, "message", "the one-shot message", ({ text }) => text === "one shot");
      const sent = await runSotto(lan.client, homeOf("alice"), ["send", "@bob", "one shot"]);
      expect(sent).toEqual({ code: 0, out: "Sent.", errors: "" });
      expect((await arrived).path).toBe("direct");
      await bob.close();
      const stored = await runSotto(lan.client, homeOf("alice"), ["send", "@bob", "to nobody"]);
      expect([stored.code, stored.out, stored.errors.trim()]).toEqual([
        0,
        "",
        "Stored. Messages with bob wait for a direct way, because bob is not online, or does not show it.",
      ]);
    });

    async function sends(text: string, path: "direct" | "relay"): Promise<void> {
      const arrived = nextEvent(bob, "message", text, (event) => event.text === text);
      chat.type(`${text}\r`);
      expect((await arrived).path).toBe(path);
    }

    function startServer(): Promise<ServerProcess> {
      const dataDir = join(scratch, "server");
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      const program = launched(lan.server.launcher, process.execPath, SOTTO_BIN, "serve");
      return startServerProcess({ dataDir, port: PORT, bind: "0.0.0.0", program });
    }

    async function register(machine: Machine, name: string): Promise<void> {
      const { fingerprint, lanUrls } = server;
      const trust = ["--server", lanUrls[0] as string, "--fingerprint", fingerprint as string];
      const ran = await runSotto(
        machine,
        homeOf(name),
        ["register", name, ...trust, "--password-stdin"],
        PASSWORD,
      );
      expect([ran.code, ran.errors]).toEqual([0, ""]);
    }
  },
);
