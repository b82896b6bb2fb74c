import type { Sotto } from "../api.ts";
import { sottoError } from "./messages.ts";

/** Nothing moves yet. */
export function noFiles(): Sotto["files"] {
  const refuse = (): Promise<never> => Promise.reject(sottoError("internal", "files are not wired in yet"));
  return {
    send: refuse,
    views: () => Promise.resolve([]),
    fetch: refuse,
    pause: refuse,
    resume: refuse,
    cancel: refuse,
    remove: refuse,
    async *content() {
      yield await refuse();
    },
  };
}
