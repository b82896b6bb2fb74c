/**
 * Two machines and a cable between them: two network namespaces with a pair of virtual interfaces whose addresses nobody else sees. This
 * machine's own network is not touched. The system takes everything away with the namespaces.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { hasChromium } from "../browser/chromium.ts";
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
  if (!isOnPath("certutil")) return "certutil is not installed (Debian: libnss3-tools)";
  if (!hasChromium) return "chromium is not installed";
  if (!existsSync(join(ROOT, "packages/web/dist/index.html"))) return "the web app is not built";
  return whyNoNetwork();
}

/** Why there can be no such network here, or `undefined`. */
export function whyNoNetwork(): string | undefined {
  if (process.getuid?.() !== 0) return "making network namespaces needs root";
  if (!isOnPath("ip")) return "ip is not installed (Debian: iproute2)";
  const name = `sotto-probe-${process.pid}`;
  try {
    ip("netns", "add", name);
    ip("netns", "del", name);
    return undefined;
  } catch {
    return "network namespaces cannot be made here (CAP_NET_ADMIN, CAP_SYS_ADMIN)";
  }
}

/** Makes the network; its name holds this process's id, so that two runs do not meet. */
export function openLan(): Lan {
  const names = { server: `sotto-${process.pid}-server`, client: `sotto-${process.pid}-client` };
  const made: string[] = [];
  const close = (): void => {
    process.off("exit", close);
    for (const name of made.splice(0)) ip("netns", "del", name);
  };
  process.once("exit", close);
  try {
    for (const name of Object.values(names)) {
      ip("netns", "add", name);
      made.push(name);
      ip("-n", name, "link", "set", "lo", "up");
    }
    const pair = ["type", "veth", "peer", "name", "lan0", "netns", names.client];
    ip("link", "add", "lan0", "netns", names.server, ...pair);
    return {
      server: machine(names.server, "10.77.0.1"),
      client: machine(names.client, "10.77.0.2"),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function machine(name: string, address: string): Machine {
  const addAddress = (added: string): void =>
    ip("-n", name, "addr", "add", `${added}/${PREFIX_BITS}`, "dev", "lan0");
  addAddress(address);
  ip("-n", name, "link", "set", "lan0", "up");
  const addDefaultRoute = (): void => ip("-n", name, "route", "add", "default", "via", ROUTER, "dev", "lan0");
  return { launcher: ["ip", "netns", "exec", name], address, addAddress, addDefaultRoute };
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}
