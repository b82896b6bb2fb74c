/** Which of its few situations the app is in, from opening the page to signing out. */
import { useCallback, useEffect, useState } from "react";
import type { Sotto } from "sotto";
import type { BrowserHome } from "sotto/browser";
import { SottoError } from "sotto/browser";

export type Situation =
  | { readonly kind: "starting" }
  | { readonly kind: "signedOut"; readonly userName?: string }
  | { readonly kind: "open"; readonly device: Sotto }
  | { readonly kind: "failed"; readonly problem: unknown };

/** The situation, and what a sign-in calls with the device that it has opened. */
export function useDevice(home: BrowserHome): readonly [Situation, onOpened: (device: Sotto) => void] {
  const [situation, setSituation] = useState<Situation>({ kind: "starting" });

  useEffect(() => {
    const giveUp = new AbortController();
    const tell = async (): Promise<void> => {
      const next = await openSignedIn(home);
      if (!giveUp.signal.aborted) setSituation(next);
    };
    void tell();
    return () => giveUp.abort();
  }, [home]);

  const isSignedOut = situation.kind === "signedOut";
  useEffect(() => {
    if (!isSignedOut) return undefined;
    let current = true;
    const follow = async (): Promise<void> => {
      // Here, which has been told already, or in another tab.
      await home.signedIn();
      const next = await openSignedIn(home);
      if (current) setSituation((present) => (present.kind === "signedOut" ? next : present));
    };
    void follow();
    return () => {
      current = false;
    };
  }, [home, isSignedOut]);

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

async function openSignedIn(home: BrowserHome): Promise<Situation> {
  try {
    return { kind: "open", device: await home.open() };
  } catch (error) {
    const isMissing = error instanceof SottoError && error.code === "storeMissing";
    return isMissing ? { kind: "signedOut" } : { kind: "failed", problem: error };
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
