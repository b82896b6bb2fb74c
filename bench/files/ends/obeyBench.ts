/** A party in a process of its own: calls come as messages of the bench, one after the other, and are answered. */
import type { FileParty, PartyMethod } from "../party.ts";

export interface PartyOrder {
  readonly method: PartyMethod;
  readonly args: readonly unknown[];
}

export type PartyAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly message: string };

export function obeyBench(party: FileParty): void {
  const answer = (said: PartyAnswer): void => void process.send?.(said);
  const obey = async ({ method, args }: PartyOrder): Promise<void> => {
    const call = party[method] as (...given: readonly unknown[]) => Promise<unknown>;
    try {
      const value = await call(...args);
      if (method === "close") process.disconnect?.();
      else answer({ kind: "done", value });
    } catch (error) {
      answer({ kind: "failed", message: `${method}: ${String(error)}` });
    }
  };
  process.on("message", (order: PartyOrder) => void obey(order));
  // The bench has ended, however it did.
  process.on("disconnect", () => process.exit());
  answer({ kind: "ready" });
}
