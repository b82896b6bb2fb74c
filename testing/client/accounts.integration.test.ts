/** Accounts over a real server: what goes wrong when signing in, and everything that may cut it off. */
import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createAccountKey, createNobleProvider, signDeviceList } from "@sotto/crypto";
import type { AccountId } from "@sotto/protocol";
import { idOf, toBase64Url } from "@sotto/protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SignInStep, Sotto } from "sotto";
import type { World } from "./world.ts";
import type { Answer } from "./wire.ts";
import { alteringAnswersOf, holdingRequestsTo, losingAnswersOf } from "./wire.ts";
import { PASSWORD, nextEvent, openWorld, until } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const signIn = (
  userName: string,
  password = PASSWORD,
): { server: string; userName: string; password: string } => ({
  server: world.server.url,
  userName,
  password,
});
const online = (sotto: Sotto): Promise<void> => until(sotto, () => sotto.connection === "online");

describe("registering", () => {
  test("steps are told in order, and the home opens again without the password", async () => {
    const home = world.home("alice.steps");
    expect(await home.exists()).toBe(false);
    await expect(home.open()).rejects.toMatchObject({ code: "storeMissing" });
    const steps: SignInStep[] = [];
    const sotto = await home.register({ ...signIn("alice.steps"), onStep: (step) => steps.push(step) });
    expect(steps).toEqual(["checkingName", "provingPassword", "makingKeys", "storing", "connecting"]);
    expect(sotto).toMatchObject({ userName: "alice.steps", server: world.server.url });
    await sotto.close();
    expect(await home.exists()).toBe(true);
    const again = await home.open();
    expect(again).toMatchObject({ account: sotto.account, device: sotto.device, userName: "alice.steps" });
    await online(again);
    await again.close();
  });

  test.each([
    ["Alice", PASSWORD, "badUserName"],
    ["al", PASSWORD, "badUserName"],
    ["newcomer", "short", "weakPassword"],
  ])("%s with %j is refused as %s before anything is stored", async (userName, password, code) => {
    const home = world.home(`refused-${code}`);
    await expect(home.register(signIn(userName, password))).rejects.toMatchObject({ code });
    expect(await home.exists()).toBe(false);
  });

  test("a taken name is refused, and the home stays free for another", async () => {
    await (await world.home("taken").register(signIn("taken"))).close();
    const home = world.home("taken-2");
    await expect(home.register(signIn("taken"))).rejects.toMatchObject({ code: "userNameTaken" });
    await (await home.register(signIn("not.taken"))).close();
    await expect(home.register(signIn("third"))).rejects.toMatchObject({ code: "accountExists" });
  });

  test("an unreachable server and a wrong address are told apart", async () => {
    const home = world.home("nowhere");
    await expect(home.register({ ...signIn("nowhere"), server: "http://127.0.0.1:1" })).rejects.toMatchObject(
      { code: "offline" },
    );
    await expect(home.register({ ...signIn("nowhere"), server: "not an address" })).rejects.toMatchObject({
      code: "wrongAddress",
    });
    await expect(
      home.register({ ...signIn("nowhere"), server: "http://chat.example.org" }),
    ).rejects.toMatchObject({ code: "untrusted" });
  });
});

describe("signing in", () => {
  test("wrong password and unknown user are refused alike", async () => {
    await (await world.home("bob.signs.in").register(signIn("bob.signs.in"))).close();
    const messages: string[] = [];
    for (const options of [signIn("bob.signs.in", "not the password"), signIn("bob.signs.in.unknown")]) {
      const refusal = await world
        .home("wrong")
        .login(options)
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: "SottoError", code: "wrongCredentials" });
      messages.push((refusal as Error).message);
    }
    expect(messages[0]).toBe(messages[1]);
  });

  test("on the home that has the device, the session is made anew", async () => {
    const home = world.home("alice.again");
    const first = await home.register(signIn("alice.again"));
    await first.close();
    const again = await home.login(signIn("alice.again"));
    expect(again.device).toBe(first.device);
    await online(again);
    await again.close();
  });

  test("elsewhere: otherDevice; with move the device changes place, contacts come along, the old one is shut out", async () => {
    const alice = await world.register("alice.moves");
    const bob = await world.register("bob.stays");
    await Promise.all([online(alice), online(bob)]);
    const arrived = nextEvent(bob, "contact");
    await alice.contacts.add("bob.stays");
    await arrived;
    const accepted = nextEvent(alice, "contact", ({ state }) => state === "accepted");
    await bob.contacts.accept("alice.moves");
    await accepted;
    // Closing waits until the vault has the contact.
    await alice.close();
    const elsewhere = world.home("alice.moves-elsewhere");
    await expect(elsewhere.login(signIn("alice.moves"))).rejects.toMatchObject({ code: "otherDevice" });
    expect(await elsewhere.exists()).toBe(false);

    const old = world.keep(await world.home("alice.moves").open());
    await online(old);
    const shutOut = nextEvent(old, "connection", ({ state }) => state === "offline");
    const moved = world.keep(await elsewhere.login({ ...signIn("alice.moves"), move: true }));
    expect(await shutOut).toMatchObject({ reason: "signedOut" });
    expect(moved.account).toBe(alice.account);
    expect(moved.device).not.toBe(alice.device);
    expect(moved.contacts.list()).toMatchObject([{ userName: "bob.stays", state: "accepted" }]);
    await online(moved);
    expect(await moved.contacts.safetyNumber("bob.stays")).toBe(
      await bob.contacts.safetyNumber("alice.moves"),
    );

    // The contact's client lets the new device in; the conversation goes on without earlier messages.
    await until(moved, () => moved.conversations.withUser("bob.stays")?.state === "active");
    const id = moved.conversations.withUser("bob.stays")?.id;
    if (id === undefined) throw new Error("there is no conversation");
    await (await moved.messages.send(id, "From my new device")).reached("delivered");
    await (await bob.messages.send(id, "Welcome back")).reached("delivered");
    expect((await moved.messages.list(id)).map(({ text }) => text)).toEqual([
      "From my new device",
      "Welcome back",
    ]);

    // Back again to the first home, whose device is revoked by now.
    await old.close();
    const home = world.home("alice.moves");
    await expect(home.login(signIn("alice.moves"))).rejects.toMatchObject({ code: "otherDevice" });
    const back = world.keep(await home.login({ ...signIn("alice.moves"), move: true }));
    expect(back.contacts.list()).toMatchObject([{ userName: "bob.stays", state: "accepted" }]);
    await until(back, () => back.conversations.withUser("bob.stays")?.state === "active");
  });

  test("another account's home is not taken over", async () => {
    await (await world.home("alice.other").register(signIn("alice.other"))).close();
    await expect(world.home("alice.other").login(signIn("bob.signs.in"))).rejects.toMatchObject({
      code: "accountExists",
    });
  });
});

describe("a server that shows other keys at sign-in", () => {
  const crypto = createNobleProvider((size) => new Uint8Array(randomBytes(size)));

  /** A list of the account's name whose keys the server has made up. */
  async function forgedAccount(
    userName: string,
    account: AccountId,
  ): Promise<{ account: AccountId; deviceList: string }> {
    const key = createAccountKey(crypto);
    const list = {
      userName,
      account,
      accountKey: key.publicKey,
      recoverySigningKey: null,
      recoveryHpkeKey: null,
      vaultKey: null,
      previousHash: new Uint8Array(32),
      version: 1,
      devices: [],
    };
    return { account, deviceList: toBase64Url(await signDeviceList(crypto, list, key.privateKey)) };
  }

  test("is refused where the account's key is pinned, and where the password alone is known (attack 38)", async () => {
    const alice = await world.home("alice.shown").register(signIn("alice.shown"));
    await alice.close();
    const forged = await forgedAccount("alice.shown", alice.account);
    await alteringAnswersOf(
      "/v1/login/finish",
      (answer) => ({ ...answer, ...forged }),
      async () => {
        await expect(world.home("alice.shown").login(signIn("alice.shown"))).rejects.toMatchObject({
          code: "refused",
        });
        const elsewhere = world.home("alice.shown-elsewhere");
        await expect(elsewhere.login({ ...signIn("alice.shown"), move: true })).rejects.toMatchObject({
          code: "refused",
          message: expect.stringContaining("an account key that is not this account's"),
        });
        expect(await elsewhere.exists()).toBe(false);
      },
    );
  });

  test("is refused when it puts another's account behind the name", async () => {
    await (await world.home("alice.named").register(signIn("alice.named"))).close();
    const forged = await forgedAccount("bob.named", idOf(crypto.random(16)));
    await alteringAnswersOf(
      "/v1/login/finish",
      (answer) => ({ ...answer, ...forged }),
      async () => {
        const refused = world.home("alice.named-elsewhere").login({ ...signIn("alice.named"), move: true });
        await expect(refused).rejects.toMatchObject({
          code: "refused",
          message: expect.stringContaining("another account"),
        });
      },
    );
  });

  test("cannot lock the owner out by a damaged vault", async () => {
    await (await world.home("alice.vault").register(signIn("alice.vault"))).close();
    const damaged = (answer: Answer): Answer => ({
      ...answer,
      vault: { ...(answer["vault"] as Answer), sealed: toBase64Url(crypto.random(64)) },
    });
    await alteringAnswersOf("/v1/login/finish", damaged, async () => {
      await (await world.home("alice.vault").login(signIn("alice.vault"))).close();
      const moved = await world.home("alice.vault-elsewhere").login({ ...signIn("alice.vault"), move: true });
      expect(moved.contacts.list()).toEqual([]);
      await moved.close();
    });
  });
});

describe("a registration that is cut off", () => {
  test.each(["register", "login"] as const)(
    "after the server's yes is completed by the next %s",
    async (next) => {
      const name = `cut.off.${next}`;
      const home = world.home(name);
      await losingAnswersOf("/v1/register/finish", async () => {
        await expect(home.register(signIn(name))).rejects.toMatchObject({ code: "offline" });
      });
      expect(await home.exists()).toBe(false);
      await expect(home.open()).rejects.toMatchObject({
        code: "storeMissing",
        message: expect.stringContaining(name),
      });
      const sotto = await home[next](signIn(name));
      await online(sotto);
      // The key packages that the server hands out belong to the keys that the home has kept.
      const friend = await world.register(`friend.of.${next}`);
      await online(friend);
      const request = nextEvent(sotto, "contact");
      await friend.contacts.add(name, "You made it");
      await request;
      await sotto.close();
    },
  );

  test("with another password the name is simply taken", async () => {
    const home = world.home("cut.off.other");
    await losingAnswersOf("/v1/register/finish", async () => {
      await expect(home.register(signIn("cut.off.other"))).rejects.toMatchObject({ code: "offline" });
    });
    await expect(home.register(signIn("cut.off.other", "quite another password"))).rejects.toMatchObject({
      code: "userNameTaken",
    });
    await (await home.login(signIn("cut.off.other"))).close();
  });

  test("a move whose answer is lost is completed by the next sign-in without asking again", async () => {
    const alice = await world.register("alice.cut.off");
    await alice.close();
    const elsewhere = world.home("alice.cut.off-elsewhere");
    await losingAnswersOf("/v1/device-list", async () => {
      await expect(elsewhere.login({ ...signIn("alice.cut.off"), move: true })).rejects.toMatchObject({
        code: "offline",
      });
    });
    const moved = await elsewhere.login(signIn("alice.cut.off"));
    await online(moved);
    await moved.close();
  });
});

describe("the account", () => {
  test("a new password replaces the old one; the session goes on and others end", async () => {
    const home = world.home("alice.password");
    const alice = await home.register(signIn("alice.password"));
    await online(alice);
    await expect(alice.changePassword("not the password", "another good password")).rejects.toMatchObject({
      code: "wrongCredentials",
    });
    await expect(alice.changePassword(PASSWORD, "short")).rejects.toMatchObject({ code: "weakPassword" });
    await alice.changePassword(PASSWORD, "another good password");
    await online(alice);
    await alice.close();
    const again = await home.open();
    await online(again);
    await again.close();
    await expect(home.login(signIn("alice.password"))).rejects.toMatchObject({ code: "wrongCredentials" });
    const moved = await world
      .home("alice.password-elsewhere")
      .login({ ...signIn("alice.password", "another good password"), move: true });
    await online(moved);
    await moved.close();
  });

  test("a new password whose confirmation is lost signs the device out; the new one brings it back with all it had", async () => {
    const home = world.home("alice.new.password");
    const alice = await home.register(signIn("alice.new.password"));
    await online(alice);
    const other = await world.register("bob.of.new.password");
    await online(other);
    const signedOut = nextEvent(alice, "connection", ({ reason }) => reason === "signedOut");
    await losingAnswersOf("/v1/password/finish", async () => {
      await expect(alice.changePassword(PASSWORD, "another good password")).rejects.toMatchObject({
        code: "offline",
      });
    });
    await signedOut;
    await alice.close();
    await expect(home.login(signIn("alice.new.password"))).rejects.toMatchObject({
      code: "wrongCredentials",
    });
    const again = await home.login(signIn("alice.new.password", "another good password"));
    expect(again.device).toBe(alice.device);
    await online(again);
    // The vault has a new key meanwhile: what this device writes must open elsewhere.
    await again.contacts.add("bob.of.new.password");
    await again.close();
    const moved = await world
      .home("alice.new.password-elsewhere")
      .login({ ...signIn("alice.new.password", "another good password"), move: true });
    expect(moved.contacts.list().map(({ userName }) => userName)).toEqual(["bob.of.new.password"]);
    await moved.close();
  });

  test("logging out removes what lies here; signing in again needs no move", async () => {
    const home = world.home("alice.leaves");
    const alice = await home.register(signIn("alice.leaves"));
    await alice.logout();
    await expect(alice.contacts.add("bob.signs.in")).rejects.toMatchObject({ code: "closed" });
    expect(await home.exists()).toBe(false);
    const again = await home.login(signIn("alice.leaves"));
    expect(again.device).not.toBe(alice.device);
    await online(again);
    await again.logout({ everywhere: true });
    await expect(home.open()).rejects.toMatchObject({ code: "storeMissing" });
  });

  test("deleting needs the password and frees the name", async () => {
    const home = world.home("alice.deletes");
    const alice = await home.register(signIn("alice.deletes"));
    await expect(alice.deleteAccount("not the password")).rejects.toMatchObject({ code: "wrongCredentials" });
    await alice.deleteAccount(PASSWORD);
    expect(await home.exists()).toBe(false);
    await expect(home.login(signIn("alice.deletes"))).rejects.toMatchObject({ code: "wrongCredentials" });
    await (await home.register(signIn("alice.deletes"))).close();
  });
});

describe("the vault", () => {
  test("has what changed before a client is closed", async () => {
    const alice = await world.register("alice.vaulted");
    await world.register("bob.vaulted");
    await online(alice);
    await holdingRequestsTo("/v1/vault", async (release) => {
      await alice.contacts.add("bob.vaulted");
      let closed = false;
      const closing = alice.close().then(() => (closed = true));
      // Takes far longer than closing does when it waits for nothing.
      await expect(world.home("other").login(signIn("alice.vaulted"))).rejects.toMatchObject({
        code: "otherDevice",
      });
      expect(closed).toBe(false);
      release();
      await closing;
    });
    const moved = await world
      .home("alice.vaulted-elsewhere")
      .login({ ...signIn("alice.vaulted"), move: true });
    expect(moved.contacts.list()).toMatchObject([{ userName: "bob.vaulted" }]);
    await moved.close();
  });
});

describe("the home", () => {
  test("is one program's at a time, and the refusal names the process", async () => {
    const alice = await world.register("alice.locked");
    const second = world.home("alice.locked");
    await expect(second.open()).rejects.toMatchObject({
      code: "storeLocked",
      message: expect.stringContaining(String(process.pid)),
    });
    expect(await second.exists()).toBe(true);
    await alice.close();
    await (await second.open()).close();
  });

  test("with a passphrase opens with it alone", async () => {
    const home = world.home("alice.phrase", { passphrase: "a phrase for this disk" });
    await (await home.register(signIn("alice.phrase"))).close();
    await expect(world.home("alice.phrase").open()).rejects.toMatchObject({ code: "storeWrongKey" });
    await expect(world.home("alice.phrase", { passphrase: "another phrase" }).open()).rejects.toMatchObject({
      code: "storeWrongKey",
    });
    await (await home.open()).close();
  });

  test("without its key file does not open, and nothing is written", async () => {
    await (await world.home("alice.keyless").register(signIn("alice.keyless"))).close();
    rmSync(join(world.dir, "alice.keyless", "store.key"));
    await expect(world.home("alice.keyless").open()).rejects.toMatchObject({ code: "storeWrongKey" });
    expect(readdirSync(join(world.dir, "alice.keyless"))).not.toContain("store.key");
  });

  test("shows strangers neither its files nor what they hold", async () => {
    await (await world.home("alice.private").register(signIn("alice.private"))).close();
    const dir = join(world.dir, "alice.private");
    expect(statSync(dir).mode & 0o077).toBe(0);
    expect(statSync(join(dir, "store.key")).mode & 0o077).toBe(0);
    for (const file of readdirSync(dir))
      expect(readFileSync(join(dir, file), "latin1"), file).not.toContain("alice.private");
  });
});
