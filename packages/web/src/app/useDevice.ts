/** Which of its few situations the app is in, from opening the page to signing out. */
import { useCallback, useEffect, useState } from "react";
import type { Sotto } from "sotto";
import type { BrowserHome } from "sotto/browser";
import { SottoError } from "sotto/browser";

export type Situation =
  | { readonly kind: "starting" }
  /** Another tab has the account open; this one goes on when it closes. */
  | { readonly kind: "elsewhere"; readonly problem: unknown }
  | { readonly kind: "signedOut"; readonly userName?: string }
  | { readonly kind: "open"; readonly device: Sotto }
  | { readonly kind: "failed"; readonly problem: unknown };

/** The situation, and what a sign-in calls with the device that it has opened. */
export function useDevice(home: BrowserHome): readonly [Situation, onOpened: (device: Sotto) => void] {
  const [situation, setSituation] = useState<Situation>({ kind: "starting" });

  useEffect(() => {
    const giveUp = new AbortController();
    void openWhenFree(home, (next) => {
      if (!giveUp.signal.aborted) setSituation(next);
    });
    return () => giveUp.abort();
  }, [home]);

  const device = situation.kind === "open" ? situation.device : undefined;
  useEffect(() => {
    if (device === undefined) return undefined;
    let current = true;
    const tell = async (): Promise<void> => {
      const next = await endOf(device);
      if (current) setSituation(next);
    };
    void tell();
    return () => {
      current = false;
    };
  }, [device]);

  const opened = useCallback((next: Sotto) => {
    // Browsers may otherwise clear the only copy of the history when the disk fills up.
    void navigator.storage.persist();
    setSituation({ kind: "open", device: next });
  }, []);
  return [situation, opened];
}

async function openWhenFree(home: BrowserHome, tell: (situation: Situation) => void): Promise<void> {
  try {
    tell({ kind: "open", device: await home.open() });
  } catch (error) {
    const code = error instanceof SottoError ? error.code : "internal";
    if (code === "storeMissing") return tell({ kind: "signedOut" });
    if (code !== "storeLocked") return tell({ kind: "failed", problem: error });
    tell({ kind: "elsewhere", problem: error });
    await home.storeFree();
    return openWhenFree(home, tell);
  }
}

/** Resolves when the device closes: signed out, or stopped by a fault. */
async function endOf(device: Sotto): Promise<Situation> {
  try {
    for await (const event of device.events()) void event;
    return { kind: "signedOut", userName: device.userName };
  } catch (error) {
    return { kind: "failed", problem: error };
  }
}
