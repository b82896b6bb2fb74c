/** The browser's adapters in a real browser, by the suites that every platform runs. */
import { CRYPTO_PROVIDER_CONTRACT } from "@sotto/crypto/testing";
import { toHex, utf8 } from "@sotto/protocol";
import type { Browser, Page } from "playwright-core";
import type { LocalStore, StoreProblem } from "sotto/testing";
import { StoreError } from "sotto/testing";
import { describeLocalStore } from "sotto/store-contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PATIENCE_MS } from "../support/deadline.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import type { Site } from "./site.ts";
import { openSite } from "./site.ts";

const CONTRACT_PAGE = "packages/client/src/adapters/browser/testing";

describe.skipIf(!hasChromium)("in Chromium", () => {
  let site: Site;
  let browser: Browser;
  let page: Page;
  /** Opened on the page so far. */
  let stores = 0;
  beforeAll(async () => {
    site = await openSite(CONTRACT_PAGE);
    browser = await launchChromium();
    page = await openContractPage();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  describeLocalStore("IndexedDB", async () => {
    await resultOf("wipe");
    return {
      open: openStore,
      failNextCommit: () => void call("failNextCommit"),
      dispose: async () => {},
    };
  });

  describe("IndexedDB store", () => {
    let store: LocalStore;
    beforeEach(async () => {
      await resultOf("wipe");
      store = await openStore();
    });
    afterEach(() => store.close());

    test("what lies in the browser shows no value, and its key does not come out", async () => {
      const secret = utf8("a secret of alice");
      await store.commit([{ put: "t", key: "k", value: secret }]);
      const { records, extractable, exported } = await plunder();
      expect(records).toHaveLength(1);
      expect(toHex(Uint8Array.from(records.flat()))).not.toContain(toHex(secret));
      expect([extractable, exported]).toEqual([false, [false, false]]);
    });

    test("many records are on the disk as one, sealed, and come to their places when it is quiet", async () => {
      const secret = "a secret of alice";
      const value = (i: number): readonly number[] => [...utf8(`${secret} ${i}`)];
      const writes = Array.from({ length: 300 }, (_, i) => ({ put: "t", key: `k${i}`, value: value(i) }));
      await resultOf("commitAndClose", stores - 1, writes);
      const before = await plunder();
      expect([before.records.length, before.log.length]).toEqual([0, 1]);
      expect(toHex(Uint8Array.from(before.log.flat()))).not.toContain(toHex(utf8(secret)));
      store = await openStore();
      expect((await store.load("t")).size).toBe(300);
      // What is written behind them waits its turn.
      await store.commit([{ put: "t", key: "k0", value: utf8("newer") }]);
      await expect.poll(async () => (await plunder()).log.length, { timeout: PATIENCE_MS }).toBe(0);
      expect((await plunder()).records).toHaveLength(300);
      const read = await store.load("t");
      expect([read.get("k0"), read.get("k299")]).toEqual([utf8("newer"), utf8(`${secret} 299`)]);
      await store.commit([{ put: "t", key: "k0", value: utf8("newest") }]);
      expect(await store.get("t", "k0")).toEqual(utf8("newest"));
      expect((await plunder()).log).toHaveLength(0);
    });

    test("attack 40: a store that wakes up after another was opened writes nothing", async () => {
      await store.commit([{ put: "t", key: "k", value: utf8("first") }]);
      await call("stealLock");
      const second = await openStore();
      await second.commit([{ put: "t", key: "k", value: utf8("second") }]);
      await expect(store.commit([{ put: "t", key: "k", value: utf8("stale") }])).rejects.toMatchObject({
        problem: "locked",
      });
      expect(await second.get("t", "k")).toEqual(utf8("second"));
      expect(await call("lost")).toBe(1);
      await second.close();
    });

    test("attack 40: not even when the store was emptied meanwhile, and begun anew", async () => {
      await call("stealLock");
      await resultOf("erase");
      const second = await openStore();
      await expect(store.commit([{ put: "t", key: "k", value: utf8("stale") }])).rejects.toMatchObject({
        problem: "locked",
      });
      expect(await second.get("t", "k")).toBeUndefined();
      await second.close();
    });

    test("attack 40: what a store has in its log comes to no place once another was opened", async () => {
      const many = (value: string) =>
        Array.from({ length: 300 }, (_, i) => ({ put: "t", key: `k${i}`, value: utf8(value) }));
      await store.commit(many("first"));
      await call("stealLock");
      const second = await openStore();
      expect(await second.get("t", "k7")).toEqual(utf8("first"));
      await second.commit(many("second"));
      await expect(store.commit(many("stale"))).rejects.toMatchObject({ problem: "locked" });
      await expect.poll(async () => (await plunder()).log.length, { timeout: PATIENCE_MS }).toBe(0);
      expect(new Set([...(await second.load("t")).values()].map(toHex))).toEqual(
        new Set([toHex(utf8("second"))]),
      );
      await second.close();
    });

    test("a full disk is said to be one", async () => {
      await call("failNextCommit");
      await expect(store.commit([{ put: "t", key: "k", value: utf8("v") }])).rejects.toMatchObject({
        problem: "full",
      });
    });

    test("an altered record is damaged, and stays as it is", async () => {
      await store.commit([{ put: "t", key: "k", value: utf8("v") }]);
      await call("flipLastBit", "t", "k");
      await expect(store.get("t", "k")).rejects.toMatchObject({ problem: "damaged" });
      await call("flipLastBit", "t", "k");
      expect(await store.get("t", "k")).toEqual(utf8("v"));
    });

    test("records without their key are damaged", async () => {
      await store.commit([{ put: "t", key: "k", value: utf8("v") }]);
      await store.close();
      await call("loseKey");
      await expect(openStore()).rejects.toMatchObject({ problem: "damaged" });
    });

    test("a later version's data is left alone", async () => {
      await store.close();
      await call("makeNewerVersion");
      await expect(openStore()).rejects.toMatchObject({ problem: "newer" });
    });

    test("erasing leaves neither record nor key", async () => {
      await store.commit([{ put: "t", key: "k", value: utf8("v") }]);
      expect(await resultOf("has")).toBe(true);
      await store.close();
      await resultOf("erase");
      expect(await resultOf("has")).toBe(false);
      expect(await resultOf("has")).toBe(false);
    });
  });

  describe("WebCrypto provider", () => {
    test.each(CRYPTO_PROVIDER_CONTRACT)("$name", async ({ name }) => {
      expect(await call("runCryptoCase", name)).toBeNull();
    });
  });

  async function openContractPage(): Promise<Page> {
    const opened = await browser.newPage();
    opened.setDefaultTimeout(PATIENCE_MS);
    await opened.goto(site.origin);
    await opened.waitForFunction(() => "contracts" in globalThis);
    return opened;
  }

  /** Calls a function of the page by its name. */
  function call(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return page.evaluate(
      ([called, passed]) => {
        const { contracts } = globalThis as unknown as {
          readonly contracts: Record<string, (...args: readonly unknown[]) => unknown>;
        };
        return contracts[called]?.(...passed);
      },
      [name, args] as const,
    );
  }

  /** Of a call that answers with an outcome: its value, or the error as one of this side. */
  async function resultOf(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const outcome = (await call(name, ...args)) as
      | { readonly ok: true; readonly value: unknown }
      | { readonly ok: false; readonly problem: StoreProblem | ""; readonly message: string };
    if (outcome.ok) return outcome.value;
    throw outcome.problem === ""
      ? new Error(outcome.message)
      : new StoreError(outcome.problem, outcome.message);
  }

  function plunder(): Promise<{
    records: number[][];
    log: number[][];
    extractable: boolean;
    exported: boolean[];
  }> {
    return call("plunder") as ReturnType<typeof plunder>;
  }

  async function openStore(): Promise<LocalStore> {
    const store = await resultOf("open");
    stores = Number(store) + 1;
    return {
      load: async (table) => new Map(rowsOf(await resultOf("load", store, table))),
      get: async (table, key) => {
        const value = (await resultOf("get", store, table, key)) as readonly number[] | null;
        return value === null ? undefined : Uint8Array.from(value);
      },
      page: async (table, range) => rowsOf(await resultOf("page", store, table, range)),
      async commit(writes) {
        await resultOf(
          "commit",
          store,
          writes.map((write) => ("put" in write ? { ...write, value: [...write.value] } : write)),
        );
      },
      async close() {
        await resultOf("close", store);
      },
    };
  }
});

function rowsOf(rows: unknown): readonly (readonly [string, Uint8Array])[] {
  return (rows as readonly (readonly [string, readonly number[]])[]).map(([key, value]) => [
    key,
    Uint8Array.from(value),
  ]);
}
