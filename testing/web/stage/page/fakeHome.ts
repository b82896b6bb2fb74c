/** Where scripted devices live: signed in, signed out, busy, or refused. */
import type { Sotto } from "sotto";
import type { BrowserHome } from "sotto/browser";
import { MESSAGES, SottoError } from "sotto/browser";
import type { HomeScript } from "./script.ts";

export function createFakeHome(script: HomeScript, device: Sotto): BrowserHome {
  const end = (how: HomeScript["open"]): Promise<Sotto> => {
    if (how === "device") return Promise.resolve(device);
    if (how === "never") return new Promise(() => {});
    return Promise.reject(new SottoError(how, MESSAGES[how]));
  };
  const signIn: BrowserHome["register"] = ({ onStep }) => {
    if (script.step !== undefined) onStep?.(script.step);
    return end(script.signIn ?? "device");
  };
  return {
    open: () => end(script.open),
    exists: async () => script.open !== "storeMissing",
    register: signIn,
    login: signIn,
    signedIn: () => new Promise(() => {}),
  };
}
