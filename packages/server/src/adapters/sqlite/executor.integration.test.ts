import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeServerFrame } from "@sotto/protocol";
import { afterAll, describe, expect, test } from "vitest";
import { DEFAULT_RULE_SETTINGS } from "../../engine/index.ts";
import type { Notice } from "../../ports/notices.ts";
import { makeAccount, registration } from "../../testing/people.ts";
import { adding, groupRequest, postRequest, refusal, value } from "../../testing/ruleWorld.ts";
import type { SqliteExecutor } from "./executor.ts";
import { openSqliteExecutor } from "./executor.ts";
import { StoreOpenError } from "./storeOpenError.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-executor-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.db`);

const open = (
  file: string,
  onNotices: (notices: readonly Notice[]) => void = () => {},
): Promise<SqliteExecutor> =>
  openSqliteExecutor({
    file,
    settings: DEFAULT_RULE_SETTINGS,
    worker: new URL("../../storeWorker.ts", import.meta.url),
    onNotices,
    onError(message) {
      throw new Error(message);
    },
  });

/** What waits in the mailbox of a session's device. */
async function textsOf(executor: SqliteExecutor, session: string): Promise<string[]> {
  const read = { type: "readMailbox", sender: { session, connection: null }, after: 0 } as const;
  const { entries } = value(await executor.execute({ ...read, maxEntries: 1e6, maxBytes: 1e9 }));
  return entries.flatMap(({ frame }) => {
    const entry = decodeServerFrame(frame);
    return entry?.type === "message" ? [new TextDecoder().decode(entry.ciphertext)] : [];
  });
}

describe("sqlite executor", () => {
  test("STO-5 requests run in the order of the calls, and notices come before the result", async () => {
    const order: string[] = [];
    const executor = await open(newFile(), (notices) => {
      for (const notice of notices) if (notice.type === "delivered") order.push(`notice`);
    });
    const [alice, bob] = [makeAccount("alice"), makeAccount("bob")];
    const asked = [
      executor.execute(registration(alice)),
      executor.execute(registration(bob)),
      executor.execute(groupRequest(alice.device, "g", adding(bob.device.mailbox))),
    ];
    for (const result of await Promise.all(asked)) expect(result.ok).toBe(true);
    order.length = 0;
    const posts = Array.from({ length: 600 }, (_, i) =>
      executor.execute(postRequest(alice.device, "g", 1, `${i}`)).then(() => order.push("result")),
    );
    await Promise.all(posts);
    expect(order.filter((item) => item === "notice")).toHaveLength(600);
    expect(order[0]).toBe("notice");
    expect(order.at(-1)).toBe("result");
    expect(await textsOf(executor, bob.device.session)).toEqual(
      Array.from({ length: 600 }, (_, i) => `${i}`),
    );
    await executor.close();
  });

  test("STO-5 close runs what was accepted, then refuses; the database has it all", async () => {
    const file = newFile();
    const executor = await open(file);
    const alice = makeAccount("alice");
    const accepted = executor.execute(registration(alice));
    const closed = executor.close();
    const late = executor.execute({ type: "info" });
    expect((await accepted).ok).toBe(true);
    expect(await late).toEqual(refusal("unavailable"));
    await closed;
    const again = await open(file);
    expect(again.store).toBe(executor.store);
    const { session } = alice.device;
    expect(value(await again.execute({ type: "authenticate", session })).userName).toBe("alice");
    await again.close();
  });

  test("STO-7 a database that cannot be used rejects with the reason", async () => {
    const file = newFile();
    writeFileSync(file, "no database ".repeat(100));
    const error: unknown = await open(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreOpenError);
    expect(error).toMatchObject({ reason: "damaged" });
  });

  test("STO-5 when the thread dies, everything that waits is refused and the owner is told", async () => {
    const program = `import { parentPort } from "node:worker_threads";
      parentPort.postMessage({ type: "opened", store: "00" });
      parentPort.on("message", () => process.exit(3));`;
    const errors: unknown[] = [];
    const executor = await openSqliteExecutor({
      file: newFile(),
      settings: DEFAULT_RULE_SETTINGS,
      worker: new URL(`data:text/javascript,${encodeURIComponent(program)}`),
      onNotices() {},
      onError: (message, fatal) => errors.push({ message, fatal }),
    });
    const asked = Array.from({ length: 300 }, () => executor.execute({ type: "info" }));
    for (const result of await Promise.all(asked)) expect(result).toEqual(refusal("unavailable"));
    expect(errors).toEqual([{ message: "the store's thread ended with 3", fatal: true }]);
    expect(await executor.execute({ type: "info" })).toEqual(refusal("unavailable"));
    await executor.close();
  });

  test("RLY-2 what was acknowledged before a kill is there afterwards, in order and once", async () => {
    for (const lines of [1, 30, 500]) {
      const file = newFile();
      const { session, acknowledged } = await killAfter(file, lines);
      expect(acknowledged.length).toBeGreaterThanOrEqual(lines);
      const executor = await open(file);
      const stored = await textsOf(executor, session);
      await executor.close();
      expect(stored.slice(0, acknowledged.length)).toEqual(acknowledged);
      expect(new Set(stored).size).toBe(stored.length);
    }
  });
});

/** Runs the posting process and kills it once it has acknowledged so many posts. */
function killAfter(file: string, lines: number): Promise<{ session: string; acknowledged: string[] }> {
  const program = fileURLToPath(new URL("../../testing/postUntilKilled.ts", import.meta.url));
  const child = spawn(process.execPath, [program, file], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > lines + 2) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (_, signal) => {
      if (signal !== "SIGKILL") return reject(new Error("the process ended by itself"));
      const words = output
        .split("\n")
        .slice(0, -1)
        .map((line) => line.split(" "));
      const session = words.find(([kind]) => kind === "session")?.[1] ?? "";
      resolve({
        session,
        acknowledged: words.flatMap(([kind, text]) =>
          kind === "acknowledged" && text !== undefined ? [text] : [],
        ),
      });
    });
  });
}
