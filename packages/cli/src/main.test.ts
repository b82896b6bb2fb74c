import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sotto } from "sotto";
import { SottoError } from "sotto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { main } from "./main.ts";
import type { FakeSotto } from "./testing/fakeSotto.ts";
import { createFakeSotto, WITH_BOB } from "./testing/fakeSotto.ts";
import type { MemoryShell, MemoryShellOptions } from "./testing/memoryShell.ts";
import { createMemoryShell } from "./testing/memoryShell.ts";

/** Runs a command line; `input` is all of standard input. */
async function run(
  line: string,
  input = "",
  options: MemoryShellOptions = {},
): Promise<MemoryShell & { code: number }> {
  const shell = createMemoryShell(options);
  shell.stdin.end(input);
  const code = await main(line.split(" "), shell);
  return Object.assign(shell, { code });
}

afterEach(() => vi.useRealTimers());

describe("every failure is one sentence on stderr", () => {
  test.each([
    ["nonsense", 2, "There is no command nonsense. sotto help lists the commands.\n"],
    ["users", 3, "No account is signed in here.\n"],
    [
      "users --nonsense",
      2,
      "users has no flag --nonsense. It has --home, --client-config, --help, --version.\n",
    ],
    ["register alice", 2, "There is no terminal to ask for the password. Give it with --password-stdin.\n"],
    ["send bob hello", 2, "Name whom to send to: @NAME, or '#CONVERSATION' in quotes.\n"],
    ["send @bob", 1, "The message is empty. Write something first.\n"],
    ["chat bob", 2, "Name whom to talk with: @NAME, or '#CONVERSATION' in quotes.\n"],
    ["path @bob fast", 2, "path takes auto, direct, turn, relay, default, or nothing to say which holds.\n"],
    [
      "path default",
      2,
      "The default is one of auto, direct, turn, relay. For one conversation: sotto path @NAME MODE\n",
    ],
    ["path direct @bob", 2, "Usage: sotto path [@NAME] [MODE]\n"],
    ["help nonsense", 2, "There is no command nonsense. sotto help lists the commands.\n"],
  ])("%s: %i", async (line, code, sentence) => {
    const ran = await run(line);
    expect(ran.err()).toBe(sentence);
    expect(ran.out()).toBe("");
    expect(ran.code).toBe(code);
  });

  test("a bug is said without its words, and with its place only when asked for", async () => {
    const { sotto } = createFakeSotto();
    Object.assign(sotto, {
      on: () => {
        throw new TypeError("secret");
      },
    });
    const ran = await run("send @bob hello", "", { sotto });
    expect(ran.code).toBe(1);
    expect(ran.err()).toBe(
      "Something went wrong inside the program (TypeError). Set SOTTO_DEBUG=1 to see where.\n",
    );
    const debugged = await run("send @bob hello", "", { sotto, env: { SOTTO_DEBUG: "1" } });
    expect(debugged.err()).toContain("main.test.ts");
  });

  test("words of a server are sanitised", async () => {
    const { sotto } = createFakeSotto();
    Object.assign(sotto.contacts, {
      safetyNumber: async () => {
        throw Object.assign(new Error("no\u001b[2J\u202e!"), { name: "SottoError", code: "refused" });
      },
    });
    expect((await run("safety-number bob", "", { sotto })).err()).toBe("no!\n");
  });
});

describe("accounts", () => {
  const { sotto } = createFakeSotto();

  test("register uses the configured server and the password of standard input", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "sotto-main-"));
    try {
      const ran = await run("register @alice --password-stdin", "open sesame\n", { sotto, cwd });
      expect(ran.signIns).toEqual([
        { server: "http://127.0.0.1:5555", userName: "alice", password: "open sesame" },
      ]);
      expect(ran.out()).toBe("Registered alice at http://127.0.0.1:5555. This device is signed in.\n");
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });

  test("login --move", async () => {
    const ran = await run("login alice --server http://localhost:1 --move --password-stdin", "x\n", {
      sotto,
    });
    expect(ran.signIns).toEqual([
      { server: "http://localhost:1", userName: "alice", password: "x", move: true },
    ]);
    expect(ran.code).toBe(0);
  });

  test.each([
    ["logout", "", "logout false", "Signed out.\n"],
    ["logout --everywhere", "", "logout true", "Signed out everywhere.\n"],
    ["password --password-stdin", "old\nnew\n", "password old new", "The password is changed.\n"],
    ["delete-account --yes --password-stdin", "pw\n", "delete pw", "The account alice is deleted.\n"],
  ])("%s", async (line, input, call, out) => {
    const fake = createFakeSotto();
    const ran = await run(line, input, { sotto: fake.sotto });
    expect(fake.calls).toEqual([call, "close"]);
    expect(ran.out()).toBe(out);
    expect(ran.code).toBe(0);
  });

  test("delete-account asks first", async () => {
    const fake = createFakeSotto();
    const ran = await run("delete-account --password-stdin", "pw\n", { sotto: fake.sotto });
    expect(ran.err()).toContain("Add --yes");
    expect(fake.calls).toEqual([]);
  });
});

describe("send", () => {
  test("waits until the server has it", async () => {
    const fake = createFakeSotto();
    fake.sotto.on((event) => {
      if (event.type === "message") setImmediate(() => fake.state(event.message.id, "sent"));
    });
    const ran = await run("send @bob hello there", "", { sotto: fake.sotto });
    expect([ran.code, ran.out(), ran.err()]).toEqual([0, "Sent.\n", ""]);
    expect(fake.calls).toEqual(["send hello there", "close"]);
  });

  test("reads standard input, and leaves out its last newline", async () => {
    for (const line of ["send @bob", "send @bob -"]) {
      const fake = createFakeSotto();
      fake.sotto.on((event) => {
        if (event.type === "message") setImmediate(() => fake.state(event.message.id, "delivered"));
      });
      expect((await run(line, "two\nlines\n", { sotto: fake.sotto })).out()).toBe("Sent.\n");
      expect(fake.calls[0]).toBe("send two\nlines");
    }
  });

  test("offline it is stored, and that is no failure", async () => {
    const fake = createFakeSotto();
    fake.sotto.on((event) => {
      if (event.type === "message") setImmediate(() => fake.connect("offline"));
    });
    const ran = await run("send @bob hello", "", { sotto: fake.sotto });
    expect([ran.code, ran.err()]).toEqual([0, "Stored; it goes out when the server can be reached.\n"]);
  });

  test("a failed one is a failure", async () => {
    const fake = createFakeSotto();
    fake.sotto.on((event) => {
      if (event.type === "message") setImmediate(() => fake.state(event.message.id, "failed"));
    });
    const ran = await run(`send #${WITH_BOB} hello`, "", { sotto: fake.sotto });
    expect([ran.code, ran.err()]).toEqual([1, "The message could not be sent. Send it again.\n"]);
  });

  test("behind an unanswered request it says what it waits for", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const fake = createFakeSotto();
    await fake.sotto.contacts.add("dave");
    const running = run("send @dave hello", "", { sotto: fake.sotto });
    await vi.waitFor(() => expect(fake.calls).toContain("send hello"));
    await vi.advanceTimersByTimeAsync(2000);
    const ran = await running;
    expect([ran.code, ran.err()]).toEqual([0, "Stored; it goes out when the contact request is accepted.\n"]);
  });
});

describe("send where messages go directly alone", () => {
  const directly = async (): Promise<FakeSotto> => {
    const fake = createFakeSotto();
    await fake.sotto.conversations.setPath(WITH_BOB, "direct");
    return fake;
  };

  test("a delivered one was sent", async () => {
    const fake = await directly();
    fake.link({ state: "connecting" });
    fake.sotto.on((event) => {
      if (event.type === "message") setImmediate(() => fake.state(event.message.id, "delivered"));
    });
    expect((await run("send @bob hello", "", { sotto: fake.sotto })).out()).toBe("Sent.\n");
  });

  test("without a way it is stored, and that is no failure", async () => {
    const fake = await directly();
    fake.link({ state: "none", reason: "peerOffline" });
    const ran = await run("send @bob hello", "", { sotto: fake.sotto });
    expect([ran.code, ran.out(), ran.err()]).toEqual([
      0,
      "",
      "Stored. Messages with bob wait for a direct way, because bob is not online, or does not show it.\n",
    ]);
  });

  /** A message is on its way, and the news that come with the connection are all there. */
  async function waiting(fake: FakeSotto): Promise<{ readonly running: ReturnType<typeof run> }> {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const running = run("send @bob hello", "", { sotto: fake.sotto });
    await vi.waitFor(() => expect(fake.calls).toContain("send hello"));
    await vi.advanceTimersByTimeAsync(400);
    return { running };
  }

  test("it ends when no way was found", async () => {
    const fake = await directly();
    fake.link({ state: "connecting" });
    const { running } = await waiting(fake);
    fake.link({ state: "none", reason: "noWay" });
    expect((await running).err()).toContain("because the two networks let nothing through");
  });

  test("it waits for a way that is about to be looked for", async () => {
    const fake = await directly();
    const { running } = await waiting(fake);
    fake.link({ state: "connecting" });
    fake.state(fake.lastSent().id, "delivered");
    expect((await running).out()).toBe("Sent.\n");
  });

  test("DIR-4: it waits for the next call when one has broken off", async () => {
    const fake = await directly();
    fake.link({ state: "connecting" });
    const { running } = await waiting(fake);
    fake.link({ state: "none", reason: "idle" });
    fake.link({ state: "connecting" });
    fake.state(fake.lastSent().id, "delivered");
    expect((await running).out()).toBe("Sent.\n");
  });

  test("it ends when nothing is said of the way", async () => {
    const fake = await directly();
    fake.link({ state: "connecting" });
    const { running } = await waiting(fake);
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await running).err()).toBe("Stored. Messages with bob wait; a direct way is being looked for.\n");
  });
});

describe("path", () => {
  test("shows and sets the default, and what is chosen for one conversation", async () => {
    const { sotto } = createFakeSotto();
    const out = async (line: string): Promise<string> => (await run(line, "", { sotto })).out();
    const auto = "auto. Messages go directly when a way is found, else by the server.\n";
    const relay = "relay. Messages go by the server alone; devices are never connected to each other.\n";
    expect(await out("path")).toBe(`The default is ${auto}`);
    expect(await out("path relay")).toBe(`The default is ${relay}`);
    expect(await out("path @bob")).toBe(`Chosen for bob: the default, ${relay}`);
    expect(await out("path @bob auto")).toBe(`Chosen for bob: ${auto}`);
    expect(await out(`path #${WITH_BOB} default`)).toBe(`Chosen for bob: the default, ${relay}`);
    const stranger = await run("path @dave direct", "", { sotto });
    expect([stranger.code, stranger.err()]).toEqual([
      1,
      "dave is not among your contacts. Send a contact request first.\n",
    ]);
  });
});

describe("chat", () => {
  test("DIR-11 says every five minutes that the open conversation is still looked at", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const fake = createFakeSotto();
    const shell = createMemoryShell({ sotto: fake.sotto });
    const running = main(["chat", "@bob"], shell);
    const attended = (): number => fake.calls.filter((call) => call === `attend ${WITH_BOB}`).length;
    await vi.waitFor(() => expect(attended()).toBe(1));
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(attended()).toBe(3);
    shell.stdin.end();
    await running;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("what waits for a direct way alone does not hold its end", async () => {
    const fake = createFakeSotto();
    await fake.sotto.conversations.setPath(WITH_BOB, "direct");
    fake.link({ state: "none", reason: "peerOffline" });
    const begun = performance.now();
    const ran = await run("chat @bob", "hello\n", { sotto: fake.sotto });
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(ran.out()).toContain("What has not gone out yet is stored and goes out next time.");
  });
});

describe("other commands", () => {
  test("users lists who is online first", async () => {
    const ran = await run("users", "", { sotto: createFakeSotto().sotto });
    expect(ran.out()).toBe("bob  online\ncarol  asks to be your contact\n");
  });

  test("users offline says so", async () => {
    const fake = createFakeSotto();
    fake.connect("connecting");
    const running = run("users", "", { sotto: fake.sotto });
    await new Promise((resolve) => setImmediate(resolve));
    fake.emit({ type: "connection", state: "offline", reason: "offline" });
    expect((await running).err()).toBe(
      "Not connected: the server cannot be reached. Nobody's presence is known.\n",
    );
  });

  test("export writes a file that is new, and says who can read it", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "sotto-main-"));
    try {
      const { sotto, calls } = createFakeSotto();
      const plain = await run("export open.jsonl", "", { sotto, cwd });
      const file = join(cwd, "open.jsonl");
      expect([plain.code, plain.out()]).toEqual([0, `Exported 11 bytes to ${file}.\n`]);
      expect(plain.err()).toContain("Whoever has this file can read every message in it.");
      expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["an archive\n", 0o600]);
      const again = await run("export open.jsonl", "", { sotto, cwd });
      expect([again.code, again.err()]).toEqual([
        1,
        `There is a file ${file} already. Name one that is not there yet.\n`,
      ]);
      const sealed = await run("export sealed --passphrase-stdin", "our words\n", { sotto, cwd });
      expect([sealed.code, sealed.err()]).toEqual([0, ""]);
      expect(calls.filter((call) => call !== "close")).toEqual(["export plain", "export our words"]);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });

  test("an export that fails leaves no file", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "sotto-main-"));
    try {
      const { sotto } = createFakeSotto();
      Object.assign(sotto.history, {
        async *export() {
          yield new Uint8Array(5);
          throw new Error("disk");
        },
      });
      expect((await run("export lost", "", { sotto, cwd })).code).toBe(1);
      expect(readdirSync(cwd)).toEqual([]);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });

  test("import says what came, and asks for a passphrase where it is needed", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "sotto-main-"));
    try {
      const { sotto, calls } = createFakeSotto();
      for (const name of ["plain", "sealed", "foreign"]) writeFileSync(join(cwd, name), name);
      expect((await run("import plain", "", { sotto, cwd })).out()).toBe(
        "2 messages imported; 1 were here already.\n",
      );
      await run("import sealed --passphrase-stdin", "our words\n", { sotto, cwd });
      const refused = await run("import foreign", "", { sotto, cwd });
      expect([refused.code, refused.err()]).toEqual([1, "Another account's.\n"]);
      expect(calls.filter((call) => call !== "close")).toEqual([
        "import plain plain",
        "import sealed our words",
        "import foreign plain",
      ]);
      const missing = await run("import nothing", "", { sotto, cwd });
      expect([missing.code, missing.err()]).toEqual([1, expect.stringContaining("no such file")]);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });

  test("RLY-22 presence is shown, hidden, and said where others' is missing", async () => {
    const { sotto } = createFakeSotto();
    const hidden = "Your presence is hidden: contacts do not see you online, and you do not see them.\n";
    expect((await run("presence", "", { sotto })).out()).toBe(
      "Contacts see when you are online, and you see when they are.\n",
    );
    expect((await run("presence hide", "", { sotto })).out()).toBe(hidden);
    expect([sotto.presenceHidden, (await run("users", "", { sotto })).err()]).toEqual([true, hidden]);
    await run("presence show", "", { sotto });
    expect(sotto.presenceHidden).toBe(false);
    const wrong = await run("presence off", "", { sotto });
    expect([wrong.code, wrong.err()]).toEqual([
      2,
      "presence takes hide or show, or nothing to say which holds.\n",
    ]);
  });

  test("safety-number", async () => {
    const row = "01234 56789 01234 56789\n";
    expect((await run("safety-number @bob", "", { sotto: createFakeSotto().sotto })).out()).toBe(
      row.repeat(3),
    );
  });

  test("keygen prints 256 bits, never the same", async () => {
    const [one, two] = [(await run("keygen")).out(), (await run("keygen")).out()];
    expect(one).toMatch(/^[0-9a-f]{64}\n$/);
    expect(one).not.toBe(two);
  });

  test("version and help", async () => {
    expect((await run("version")).out()).toMatch(/^sotto \d+\.\d+\.\d+\n$/);
    expect((await run("help")).out()).toContain("  safety-number   Print");
    expect((await run("help login")).out()).toContain("--move\n");
  });

  test("tail says when messages go another way, not every attempt", async () => {
    const fake = createFakeSotto();
    const shell = createMemoryShell({ sotto: fake.sotto });
    const running = main(["tail"], shell);
    await vi.waitFor(() => {
      if (shell.out() === "") fake.arrive("hi", "direct");
      expect(shell.out()).not.toBe("");
    });
    for (const link of [
      { state: "connecting" },
      { state: "open", via: "nat" },
      { state: "none", reason: "noWay" },
    ] as const) {
      fake.link(link);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const id = (await fake.sotto.messages.send(WITH_BOB, "hello")).id;
    fake.emit({ type: "path", conversation: WITH_BOB, id, path: "direct" });
    await fake.sotto.setDefaultPath("relay");
    await vi.waitFor(() => expect(shell.out()).toContain("The default"));
    shell.stop();
    await running;
    expect(
      shell
        .out()
        .replaceAll(/\d\d:\d\d /g, "")
        .trim()
        .split("\n"),
    ).toEqual([
      "bob (direct)  hi",
      "Messages with bob go directly now (across networks).",
      "Messages with bob go by the server again.",
      "alice  hello",
      "message to bob: goes directly",
      "The default is relay. Messages go by the server alone; devices are never connected to each other.",
    ]);
  });

  test.each([
    ["tail", ["bob  hi", "message to bob: read"]],
    ["tail --json", ['{"type":"message"', '{"type":"state"']],
  ])("%s shows events until a signal, then closes", async (line, starts) => {
    const fake = createFakeSotto();
    const shell = createMemoryShell({ sotto: fake.sotto });
    const running = main(line.split(" "), shell);
    await vi.waitFor(() => {
      if (shell.out() === "") fake.state(fake.arrive("hi").id, "read");
      expect(shell.out()).not.toBe("");
    });
    shell.stop();
    expect(await running).toBe(0);
    const lines = shell
      .out()
      .split("\n")
      .map((text) => text.replace(/^\d\d:\d\d /, ""));
    expect(lines.slice(0, 2)).toEqual(starts.map((start) => expect.stringContaining(start)));
    expect(fake.calls.at(-1)).toBe("close");
  });

  test("rpc answers what it was asked and ends with its input", async () => {
    const fake = createFakeSotto();
    const ran = await run(
      "rpc",
      '{"jsonrpc":"2.0","id":1,"method":"contacts.safetyNumber","params":{"username":"bob"}}\n',
      { sotto: fake.sotto },
    );
    expect(JSON.parse(ran.out())).toMatchObject({ id: 1, result: { safetyNumber: expect.any(String) } });
    expect([ran.code, ran.err(), fake.calls.at(-1)]).toEqual([0, "", "close"]);
  });

  test("rpc ends with a fault of the device, although its input is open", async () => {
    const fake = createFakeSotto();
    const sotto: Sotto = {
      ...fake.sotto,
      // oxlint-disable-next-line require-yield -- it fails before there is anything to tell
      async *events() {
        throw new SottoError("closed", "Nobody has read the events.");
      },
    };
    const shell = createMemoryShell({ sotto });
    expect(await main(["rpc"], shell)).not.toBe(0);
    expect([shell.err(), shell.stdin.destroyed]).toEqual(["Nobody has read the events.\n", true]);
  });

  test("rpc ends cleanly with a signal", async () => {
    const fake = createFakeSotto();
    const shell = createMemoryShell({ sotto: fake.sotto });
    const running = main(["rpc"], shell);
    await new Promise((resolve) => setImmediate(resolve));
    shell.stop();
    expect(await running).toBe(0);
    expect(fake.calls).toEqual(["close"]);
  });

  test("chat over pipes ends with its input, after what was typed is stored", async () => {
    const fake = createFakeSotto();
    fake.connect("offline");
    const ran = await run("chat @bob", "hello\n/users\n", { sotto: fake.sotto });
    expect(ran.code).toBe(0);
    expect(ran.out()).toMatch(/alice {2}hello\nbob {2}online\ncarol {2}asks/);
    expect(ran.out()).toContain("What has not gone out yet is stored and goes out next time.");
    expect(fake.calls).toEqual([`read ${WITH_BOB}`, `attend ${WITH_BOB}`, "send hello", "close"]);
  });
});
