/** What a hostile script in the page can carry away from the browser's storage (ATTACKS 7). */
import { fromHex } from "@sotto/protocol";
import type { Page } from "playwright-core";

export interface StorageScan {
  /** Where something lies: `localStorage/name`, `IndexedDB database/store/key`, cookies, caches. */
  readonly places: readonly string[];
  /** All texts and bytes of all values and keys, one behind the other. */
  readonly loot: Uint8Array;
  /** The CryptoKeys found, and whether any way of exporting one succeeded. */
  readonly cryptoKeys: number;
  readonly exportedKeys: number;
}

/** Runs in the page, as an injected script would. */
const SCRIPT = `(async () => {
  const places = [];
  const loot = [];
  const keys = [];
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = (value) => hex(new TextEncoder().encode(value));
  const take = (value) => {
    if (typeof value === "string") loot.push(text(value));
    else if (value instanceof CryptoKey) keys.push(value);
    else if (value instanceof ArrayBuffer) loot.push(hex(new Uint8Array(value)));
    else if (ArrayBuffer.isView(value)) loot.push(hex(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)));
    else if (typeof value === "object" && value !== null) for (const [name, member] of Object.entries(value)) { take(name); take(member); }
  };
  for (const [name, storage] of [["localStorage", localStorage], ["sessionStorage", sessionStorage]])
    for (const [key, value] of Object.entries(storage)) { places.push(name + "/" + key); take(value); }
  if (document.cookie !== "") { places.push("cookie"); take(document.cookie); }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      places.push("cache/" + request.url);
      take(await (await cache.match(request)).arrayBuffer());
    }
  }
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      const objects = db.transaction(store).objectStore(store);
      const [names, values] = await Promise.all([done(objects.getAllKeys()), done(objects.getAll())]);
      names.forEach((key, i) => { places.push(["IndexedDB " + name, store, key].join("/")); take(key); take(values[i]); });
    }
    db.close();
  }
  let exportedKeys = 0;
  const wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["wrapKey"]);
  for (const key of keys) {
    const attempts = ["raw", "jwk", "pkcs8", "spki"].flatMap((format) => [
      () => crypto.subtle.exportKey(format, key),
      () => crypto.subtle.wrapKey(format, key, wrapping, { name: "AES-GCM", iv: new Uint8Array(12) }),
    ]);
    const results = await Promise.allSettled(attempts.map(async (attempt) => attempt()));
    if (results.some(({ status }) => status === "fulfilled")) exportedKeys++;
  }
  return { places, loot: loot.join(""), cryptoKeys: keys.length, exportedKeys };
})()`;

export async function scanStorage(page: Page): Promise<StorageScan> {
  const found = (await page.evaluate(SCRIPT)) as Omit<StorageScan, "loot"> & { readonly loot: string };
  return { ...found, loot: fromHex(found.loot) ?? new Uint8Array(0) };
}
