/** ATTACKS 7: a script that runs in the page finds no key material in the browser's storage, and cannot export the key that seals it. */
import { HTTP, decodeSignedDeviceList, fromBase64Url, parseDeviceList } from "@sotto/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Needle } from "../support/needles.ts";
import { bytesNeedle, findNeedles, textNeedle } from "../support/needles.ts";
import type { Recording } from "../support/recording.ts";
import { createRecording } from "../support/recording.ts";
import type { World } from "../support/world.ts";
import { openWorld } from "../support/world.ts";
import type { BrowserPerson } from "./browserPerson.ts";
import { openBrowserPerson } from "./browserPerson.ts";
import { CHROMIUM_MISSING, launchChromium } from "./chromium.ts";
import { scanStorage } from "./storageScan.ts";

const REQUEST = "A text that only the two of us may read";

describe.skipIf(CHROMIUM_MISSING !== undefined)(
  `browser storage (${CHROMIUM_MISSING ?? "in Chromium"})`,
  () => {
    let recording: Recording;
    let world: World;
    let browser: Browser;
    let alice: BrowserPerson;
    let needles: readonly Needle[];

    beforeAll(async () => {
      recording = createRecording();
      world = await openWorld({ name: "browser-storage", tap: recording });
      browser = await launchChromium();
      await world.register("bob");
      alice = await openBrowserPerson(browser, world.url);
      await alice.register("alice", world.passwordOf("alice"));
      await alice.addContact("bob", REQUEST);
      needles = secretsOf(recording);
    });
    afterAll(async () => {
      await browser?.close();
      await world?.close();
    });

    test("everything lies sealed in IndexedDB: no token, no key, no text, no address", async () => {
      const { places, loot } = await scanStorage(alice.page);
      expect(places.filter((place) => place.startsWith("IndexedDB")).length).toBeGreaterThan(50);
      expect(places.filter((place) => !/^(IndexedDB|cache)/.test(place))).toEqual([]);
      expect(findNeedles("storage", loot, needles)).toEqual([]);
    });

    test("the key that seals it can be used, but not exported", async () => {
      const { cryptoKeys, exportedKeys } = await scanStorage(alice.page);
      expect({ cryptoKeys, exportedKeys }).toEqual({ cryptoKeys: 1, exportedKeys: 0 });
    });

    test("the same scan finds what is not protected", async () => {
      await alice.page.evaluate(`(async () => {
      localStorage.setItem("planted", ${JSON.stringify(REQUEST)});
      const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
      await new Promise((resolve) => {
        const opening = indexedDB.open("planted");
        opening.onupgradeneeded = () => opening.result.createObjectStore("store").put(key, "key");
        opening.onsuccess = () => { opening.result.close(); resolve(); };
      });
    })()`);
      const { places, loot, exportedKeys } = await scanStorage(alice.page);
      expect(places).toContain("localStorage/planted");
      expect(findNeedles("storage", loot, needles)).not.toEqual([]);
      expect(exportedKeys).toBe(1);
    });

    /** What alice's device holds, as far as it can be known from outside: the server told her the token, and she it her public keys. */
    function secretsOf(traffic: Recording): readonly Needle[] {
      const answer = bodies(traffic, "toClient").flatMap(
        (body) => HTTP.registerFinish.response.safeParse(body).data ?? [],
      );
      const asked = bodies(traffic, "toServer").flatMap(
        (body) => HTTP.registerFinish.request.safeParse(body).data ?? [],
      );
      const own = asked.filter(({ userName }) => userName === "alice");
      const tokens = answer.map(({ token }) => bytesOf(token));
      // A private key lies beside its public one: where the public ones cannot be found, nothing is in the clear.
      const lists = own.map(({ deviceList }) => decodeSignedDeviceList(bytesOf(deviceList)));
      const devices = lists.flatMap((signed) => (signed && parseDeviceList(signed.list)?.devices) ?? []);
      expect([tokens.length, devices.length]).toEqual([2, 1]);
      return [
        ...tokens.map((token) => bytesNeedle("a session token", token)),
        ...devices.flatMap(({ leafKey, hpkeKey }) => [
          bytesNeedle("the leaf key", leafKey),
          bytesNeedle("the device key", hpkeKey),
        ]),
        textNeedle("the text", REQUEST),
        textNeedle("the password", world.passwordOf("alice")),
        textNeedle("the server's address", world.url),
      ];
    }
  },
);

/** All JSON objects of one direction, wherever they begin. */
function bodies(traffic: Recording, direction: "toServer" | "toClient"): readonly unknown[] {
  const text = traffic
    .connections()
    .map((connection) => Buffer.from(connection[direction]).toString("latin1"));
  return text
    .flatMap((all) => all.match(/\{"[^\r\n]*\}(?=\r|\n|$|[A-Z])/g) ?? [])
    .flatMap((json) => parsed(json));
}

function parsed(json: string): readonly unknown[] {
  try {
    return [JSON.parse(json)];
  } catch {
    return [];
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) throw new Error("not base64url");
  return bytes;
}
