/** The public interface without a server: everything that must work, or fail well, while there is none. */
import { describe, expect, test } from "vitest";
import { createMlsEngine, createNobleProvider } from "@sotto/crypto";
import { makeDevice, seededRandom } from "@sotto/crypto/testing";
import type { ConversationId } from "@sotto/protocol";
import { identityWrite } from "../account/deviceRecords.ts";
import type { MemoryDisk } from "../adapters/memory/disk.ts";
import { createMemoryDisk } from "../adapters/memory/disk.ts";
import type { SottoHome } from "../api.ts";
import { TABLE } from "../engine/records/table.ts";
import type { SessionConnection } from "../sdk/platform.ts";
import { createFakeClock } from "./fakeClock.ts";
import { memoryHome } from "./memoryHome.ts";

const crypto = createNobleProvider(seededRandom("memory home"));
const SERVER = "https://sotto.example";

const nowhere: SessionConnection = {
  transport: async () => ({ kind: "unreachable", reason: "offline" }),
  openSocket(handlers) {
    setImmediate(() => handlers.onClose(undefined, "offline"));
    return { send: () => {}, close: () => {} };
  },
  request: async () => ({ kind: "unreachable", reason: "offline" }),
  close: () => {},
};

function homeOn(disk: MemoryDisk): SottoHome {
  return memoryHome({
    disk,
    crypto,
    mls: createMlsEngine(crypto),
    clock: createFakeClock(),
    transport: () => nowhere.transport,
    connect: () => nowhere,
  });
}

/** A disk with a signed-in device of alice. */
async function diskOfAlice(): Promise<MemoryDisk> {
  const device = await makeDevice(crypto);
  const { account, device: id, mailbox } = device.credential;
  const disk = createMemoryDisk();
  disk.apply([
    identityWrite({
      ...device,
      account,
      userName: "alice",
      device: id,
      mailbox,
      hpkePrivateKey: new Uint8Array(32),
      hpkePublicKey: new Uint8Array(32),
      deviceList: new Uint8Array(),
      suite: 1,
      server: SERVER,
      token: new Uint8Array(32),
      vaultKey: new Uint8Array(32),
      vaultVersion: 1,
    }),
  ]);
  return disk;
}

describe("a home without a server", () => {
  test("nothing can be registered, and nothing is left behind", async () => {
    const home = homeOn(createMemoryDisk());
    const options = { server: SERVER, userName: "alice", password: "correct horse battery staple" };
    await expect(home.register(options)).rejects.toMatchObject({ code: "offline" });
    await expect(home.login(options)).rejects.toMatchObject({ code: "offline" });
    expect(await home.exists()).toBe(false);
    await expect(home.open()).rejects.toMatchObject({ code: "storeMissing" });
  });

  test("a signed-in device opens, shows what it has, and says that it is offline", async () => {
    const home = homeOn(await diskOfAlice());
    expect(await home.exists()).toBe(true);
    const alice = await home.open();
    const { value: event } = await alice.events().next();
    expect(event).toMatchObject({ type: "connection", state: "offline", reason: "offline" });
    expect(alice).toMatchObject({ userName: "alice", server: SERVER });
    expect(alice.contacts.list()).toEqual([]);
    expect(alice.conversations.list()).toEqual([]);
    await expect(alice.contacts.add("bob")).rejects.toMatchObject({ code: "offline" });
    await expect(alice.contacts.accept("bob")).rejects.toMatchObject({ code: "noRequest" });
    const nothing = "0".repeat(32) as ConversationId;
    await expect(alice.messages.send(nothing, "hello")).rejects.toMatchObject({
      code: "unknownConversation",
    });
    await expect(alice.conversations.setDraft(nothing, "hello")).rejects.toMatchObject({
      code: "unknownConversation",
    });
    expect(await alice.messages.list(nothing)).toEqual([]);
    await alice.close();
  });

  test("logging out everywhere needs the server; logging out here does not", async () => {
    const disk = await diskOfAlice();
    const alice = await homeOn(disk).open();
    await expect(alice.logout({ everywhere: true })).rejects.toMatchObject({ code: "offline" });
    await alice.logout();
    expect(await homeOn(disk).exists()).toBe(false);
  });

  test("a second program is refused; after a crash the next one opens", async () => {
    const disk = await diskOfAlice();
    await homeOn(disk).open();
    await expect(homeOn(disk).open()).rejects.toMatchObject({ code: "storeLocked" });
    disk.crash();
    await (await homeOn(disk).open()).close();
  });

  test("a damaged record is told as such, and the store is let go", async () => {
    const disk = await diskOfAlice();
    disk.apply([{ put: TABLE.contact, key: "bob", value: Uint8Array.of(1, 2, 3) }]);
    await expect(homeOn(disk).open()).rejects.toMatchObject({ code: "storeDamaged" });
    await expect(homeOn(disk).open()).rejects.toMatchObject({ code: "storeDamaged" });
  });

  test("a listener's mistake stops neither the client nor other listeners", async () => {
    const alice = await homeOn(await diskOfAlice()).open();
    const mistakes: unknown[] = [];
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    const mistakeMade = new Promise<void>((resolve) => {
      process.once("uncaughtException", (error) => {
        mistakes.push(error);
        resolve();
      });
    });
    try {
      const stop = alice.on(() => {
        stop();
        throw new Error("the listener's mistake");
      });
      const heard = new Promise<string>((resolve) => void alice.on(({ type }) => resolve(type)));
      expect(await heard).toBe("connection");
      await mistakeMade;
      expect(mistakes).toEqual([new Error("the listener's mistake")]);
      await expect(alice.contacts.add("bob")).rejects.toMatchObject({ code: "offline" });
    } finally {
      for (const listener of others) process.on("uncaughtException", listener);
    }
    await alice.close();
  });
});
