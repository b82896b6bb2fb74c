/**
 * Network namespaces that this process makes for a test: machines of their own, whose addresses nobody else sees. This machine's own network is
 * not touched. They go when the test closes them, when the process ends, and, if it was killed, when the next one makes some.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { threadId } from "node:worker_threads";
// oxlint-disable-next-line import/no-unassigned-import -- an interrupted process ends by way of its exit handlers
import "../support/lineProcess.ts";

export interface Namespace {
  readonly name: string;
  /** Goes before a command that is to run there. */
  readonly launcher: readonly string[];
}

export interface Namespaces {
  /** With the loopback interface up and without IPv6, which would add addresses that no test has chosen. */
  make(label: string): Namespace;
  /** Kills nothing: end first what runs there. */
  close(): void;
}

/** Debian package and the command by which its presence is seen. */
export interface Tool {
  readonly command: string;
  readonly name: string;
}

const PREFIX = "sotto";
const IPROUTE: Tool = { command: "ip", name: "iproute2" };

let scopes = 0;

/** Why there can be no namespaces here, or tools are missing, or `undefined`. */
export function whyNoNamespaces(tools: readonly Tool[] = []): string | undefined {
  if (process.getuid?.() !== 0) return "making network namespaces needs root";
  for (const { command, name } of [IPROUTE, ...tools])
    if (!isOnPath(command)) return `${command} is not installed (Debian: ${name})`;
  try {
    const probe = openNamespaces();
    probe.make("probe");
    probe.close();
    return undefined;
  } catch {
    return "network namespaces cannot be made here (CAP_NET_ADMIN, CAP_SYS_ADMIN)";
  }
}

/** Names hold this process's id and its thread's, so that no two runs meet. */
export function openNamespaces(): Namespaces {
  removeAbandoned();
  const scope = `${PREFIX}-${process.pid}-${threadId}-${++scopes}`;
  const made: string[] = [];
  const close = (): void => {
    process.off("exit", close);
    for (const name of made.splice(0)) ip("netns", "del", name);
  };
  process.once("exit", close);
  return {
    make(label) {
      const name = `${scope}-${label}`;
      ip("netns", "add", name);
      made.push(name);
      const namespace = { name, launcher: ["ip", "netns", "exec", name] };
      setKernel(namespace, "ipv6/conf/all/disable_ipv6", "1");
      ip("-n", name, "link", "set", "lo", "up");
      return namespace;
    },
    close,
  };
}

/** Runs `ip`; throws with what it complains of. */
export function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** Runs a command there to its end and returns what it prints. */
export function runIn({ launcher }: Namespace, command: readonly string[], input = ""): string {
  const [program = "", ...args] = [...launcher, ...command];
  return execFileSync(program, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

/** A value below /proc/sys/net, of that namespace alone. */
export function setKernel(namespace: Namespace, key: string, value: string): void {
  runIn(namespace, ["tee", `/proc/sys/net/${key}`], value);
}

/** What processes have left behind that were killed. */
function removeAbandoned(): void {
  for (const line of execFileSync("ip", ["netns", "list"], { encoding: "utf8" }).split("\n")) {
    const [name, pid] = new RegExp(`^${PREFIX}-(\\d+)-\\S+`).exec(line) ?? [];
    if (name !== undefined && !existsSync(`/proc/${pid}`)) ip("netns", "del", name);
  }
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));
}
