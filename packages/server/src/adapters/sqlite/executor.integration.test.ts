import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { DEFAULT_RULE_SETTINGS } from "../../engine/index.ts";
import type { Notice } from "../../ports/notices.ts";
import { describeExecutor, textsOf } from "../../ports/requestExecutor.contract.ts";
import { makeAccount, registration } from "../../testing/people.ts";
import { refusal, value } from "../../testing/ruleWorld.ts";
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

describeExecutor("sqlite", (onNotices) => open(newFile(), onNotices));

describe("sqlite executor", () => {
  test("DB-5 closing leaves everything that was accepted in the database", async () => {
    const file = newFile();
    const executor = await open(file);
    const alice = makeAccount("alice");
    const accepted = executor.execute(registration(alice));
    const closed = executor.close();
    expect((await accepted).ok).toBe(true);
    await closed;
    const again = await open(file);
    expect(again.store).toBe(executor.store);
    const { session } = alice.device;
    expect(value(await again.execute({ type: "authenticate", session })).userName).toBe("alice");
    await again.close();
  });

  test("DB-7 a database that cannot be used rejects with the reason", async () => {
    const file = newFile();
    writeFileSync(file, "no database ".repeat(100));
    const error: unknown = await open(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreOpenError);
    expect(error).toMatchObject({ reason: "damaged" });
  });

  test("DB-5 when the thread dies, everything that waits is refused and the owner is told", async () => {
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
