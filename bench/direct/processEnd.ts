/** An end that is a process of its own. */
import type { OrderedEnd, Say } from "./orders.ts";

export const sayToBench: Say = (said) => void process.send?.(said);

/** Obeys one order after the other. */
export function obeyOrders(end: OrderedEnd): void {
  process.on("message", (order: Parameters<OrderedEnd["obey"]>[0]) => {
    end.obey(order).catch((error: unknown) => sayToBench({ kind: "failed", message: String(error) }));
  });
  // The bench has ended, however it did.
  process.on("disconnect", () => process.exit());
  sayToBench({ kind: "ready" });
}
