/** An end of ours at a terminal: `person.ts NAME HOME SERVER FINGERPRINT`. */
import { openNodeHome, pinServer } from "sotto/node";
import { createDeviceEnd } from "./device.ts";
import type { OrderedEnd } from "./orders.ts";
import { obeyOrders, sayToBench } from "./processEnd.ts";

const [userName = "", dir = "", server = "", fingerprint = ""] = process.argv.slice(2);
await pinServer({ dir, server, fingerprint });
const password = "a long password of the bench";
const sotto = await openNodeHome({ dir }).register({ server, userName, password });
const end = createDeviceEnd(sotto, sayToBench);
const obey: OrderedEnd["obey"] = async (order) => {
  await end.obey(order);
  if (order.kind === "close") process.disconnect?.();
};
obeyOrders({ obey });
