import { idOf, utf8 } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { describeStore } from "../../ports/store.contract.ts";
import { createMemoryStore } from "./memoryStore.ts";

const storeId = idOf<never>(new Uint8Array(16));

describeStore("memory", () => createMemoryStore({ storeId }));

const alice = {
  account: "a".repeat(32) as never,
  userName: "alice",
  registrationRecord: "r",
  deviceList: utf8("l"),
  sealedAccountKey: utf8("k"),
  createdAtMs: 1,
};
const vault = { version: 1, sealed: utf8("v"), wrapExport: utf8("w"), wrapRecovery: null };

describe("memory store", () => {
  test("DB-1 a crash before the commit loses the transaction and nothing else", () => {
    let crash = false;
    const store = createMemoryStore({
      storeId,
      beforeCommit() {
        if (crash) throw new Error("crash");
      },
    });
    store.transaction((tx) => tx.insertAccount(alice, vault));
    crash = true;
    expect(() => store.transaction((tx) => tx.deleteAccount(alice.account))).toThrow("crash");
    crash = false;
    expect(store.transaction((tx) => tx.accountByName("alice"))).toEqual(alice);
  });

  test("a copy goes its own way", () => {
    const store = createMemoryStore({ storeId });
    const copy = store.copy({ storeId: "f".repeat(32) as never });
    store.transaction((tx) => tx.insertAccount(alice, vault));
    expect(copy.transaction((tx) => tx.accountByName("alice"))).toBeUndefined();
    expect(copy.transaction((tx) => tx.storeId)).toBe("f".repeat(32));
  });
});
