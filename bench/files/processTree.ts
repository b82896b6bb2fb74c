/** A process and all that it has started, as the kernel knows them. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The process whose command line holds the text and that is nobody's helper: of a browser, the one with its profile. */
export function processWith(text: string): number {
  const found = processes().find(({ command }) => command.includes(text) && !command.includes("--type="));
  if (found === undefined) throw new Error(`no process was started with ${text}`);
  return found.pid;
}

/** From now on {@link peakMb} tells the most that is held at a time. */
export function forgetPeaks(root: number): void {
  // proc(5): 5 sets the high-water mark to what is held now.
  for (const pid of familyOf(root)) quietly(() => writeFileSync(`/proc/${pid}/clear_refs`, "5"));
}

/** The most that each process has held in memory at a time, all together, in MB. */
export function peakMb(root: number): number {
  let kilobytes = 0;
  for (const pid of familyOf(root)) quietly(() => (kilobytes += peakOf(pid)));
  return (kilobytes * 1024) / 1e6;
}

function peakOf(pid: number): number {
  const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes);
}

function familyOf(root: number): readonly number[] {
  const all = processes();
  const family = new Set([root]);
  // A child may have a lower number than its parent: numbers begin anew.
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return [...family];
}

function processes(): readonly ProcessEntry[] {
  return readdirSync("/proc").flatMap((name): readonly ProcessEntry[] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, "utf8") }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** A process may end at any moment. */
function quietly(action: () => void): void {
  try {
    action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ESRCH") throw error;
  }
}
