/**
 * Two machines and a cable between them: two network namespaces with a pair of virtual interfaces. The system takes everything away with the
 * namespaces.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hasChromium } from "../browser/chromium.ts";
import type { Namespace } from "../network/namespaces.ts";
import { ip, openNamespaces, whyNoNamespaces } from "../network/namespaces.ts";
import { ROOT } from "../support/paths.ts";

export interface Machine {
  /** Goes before a command that is to run there. */
  readonly launcher: readonly string[];
  readonly address: string;
  addAddress(address: string): void;
  /**
   * As a router that gives out addresses does, whether it reaches the Internet or not; here nobody is at the address. Browsers that may not list a
   * machine's addresses ask the system for the one by which it would go out, and without such a route they have none to offer.
   */
  addDefaultRoute(): void;
}

export interface Lan {
  readonly server: Machine;
  readonly client: Machine;
  close(): void;
}

const PREFIX_BITS = 24;
const ROUTER = "10.77.0.254";

/** Why what runs on such a network cannot run here, or `undefined`. */
export function whyNoLan(): string | undefined {
  const missing = whyNoNamespaces([{ command: "certutil", name: "libnss3-tools" }]);
  if (missing !== undefined) return missing;
  if (!hasChromium) return "chromium is not installed";
  return existsSync(join(ROOT, "packages/web/dist/index.html")) ? undefined : "the web app is not built";
}

export function openLan(): Lan {
  const namespaces = openNamespaces();
  try {
    const server = namespaces.make("server");
    const client = namespaces.make("client");
    const pair = ["type", "veth", "peer", "name", "lan0", "netns", client.name];
    ip("link", "add", "lan0", "netns", server.name, ...pair);
    return {
      server: machine(server, "10.77.0.1"),
      client: machine(client, "10.77.0.2"),
      close: () => namespaces.close(),
    };
  } catch (error) {
    namespaces.close();
    throw error;
  }
}

function machine({ name, launcher }: Namespace, address: string): Machine {
  const addAddress = (added: string): void =>
    ip("-n", name, "addr", "add", `${added}/${PREFIX_BITS}`, "dev", "lan0");
  addAddress(address);
  ip("-n", name, "link", "set", "lan0", "up");
  const addDefaultRoute = (): void => ip("-n", name, "route", "add", "default", "via", ROUTER, "dev", "lan0");
  return { launcher, address, addAddress, addDefaultRoute };
}
