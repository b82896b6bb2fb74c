/**
 * Installs the Debian packages that tests use, when it may; otherwise says what to install.
 * Never fails: tests that lack a tool skip, and say so.
 */

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian package and the command by which its presence is seen; the service that it would start and tests do not need. */
interface Tool {
  readonly name: string;
  readonly command: string;
  readonly use: string;
  readonly service?: string;
}

const TOOLS: readonly Tool[] = [
  { name: "chromium", command: "chromium", use: "browser tests" },
  {
    name: "strace",
    command: "strace",
    use: "tests of what reaches the disk before an acknowledgement",
  },
  { name: "iproute2", command: "ip", use: "tests on a network of two machines" },
  { name: "coturn", command: "turnserver", use: "tests of TURN", service: "coturn.service" },
  { name: "nftables", command: "nft", use: "tests of links between networks" },
  { name: "libnss3-tools", command: "certutil", use: "tests on a network of two machines" },
];

const missing = TOOLS.filter((tool) => !isOnPath(tool.command));
if (missing.length > 0 && mayInstall()) install(missing);
for (const tool of missing.filter(({ command }) => !isOnPath(command))) {
  console.log(
    `setup: ${tool.name} is missing; ${tool.use} will be skipped. To install: apt-get install ${tool.name}`,
  );
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && isOnPath("apt-get");
}

function install(tools: readonly Tool[]): void {
  const names = tools.map(({ name }) => name);
  console.log(`setup: installing ${names.join(", ")}`);
  if (!aptGet("update")) return;
  // One at a time: a package that this Debian lacks does not keep the others out.
  for (const tool of tools)
    withoutService(tool, () => aptGet("install", "--yes", "--no-install-recommends", tool.name));
}

/** Debian starts what it installs: a TURN server that everybody may use, on a machine that wanted to run tests. */
function withoutService({ service }: Tool, run: () => void): void {
  const systemctl = (...args: readonly string[]): void => {
    if (service !== undefined && isOnPath("systemctl"))
      spawnSync("systemctl", [...args, service], { stdio: "ignore" });
  };
  systemctl("mask");
  run();
  systemctl("unmask");
  systemctl("disable");
}

function aptGet(...args: readonly string[]): boolean {
  const run = spawnSync("apt-get", ["--quiet", "--quiet", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 5 * 60_000,
  });
  if (run.status === 0) return true;
  console.log(`setup: apt-get ${args.join(" ")} failed\n${run.stderr ?? ""}`.trimEnd());
  return false;
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
