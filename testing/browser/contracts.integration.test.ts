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
      const { records, extractable, exported } = (await call("plunder")) as {
        records: number[][];
        extractable: boolean;
        exported: boolean[];
      };
      expect(records).toHaveLength(1);
      expect(toHex(Uint8Array.from(records.flat()))).not.toContain(toHex(secret));
      expect([extractable, exported]).toEqual([false, [false, false]]);
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

  async function openStore(): Promise<LocalStore> {
    const store = await resultOf("open");
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
