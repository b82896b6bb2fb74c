/** CPU time of the processes that this one has started, and theirs: a browser is a dozen of them. */
import { readdirSync, readFileSync } from "node:fs";

/** Ticks of /proc per second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time of all that live, in steps of 10 ms. */
export function childrenCpuMs(): number {
  const processes = new Map<number, { readonly parent: number; readonly cpuMs: number }>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const found = processOf(name);
    if (found !== undefined) processes.set(Number(name), found);
  }
  const isOurs = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  let total = 0;
  for (const [pid, { cpuMs }] of processes) if (isOurs(pid)) total += cpuMs;
  return total;
}

/** proc(5): parent, utime and stime are fields 4, 14 and 15, behind a name in parentheses that may hold spaces. */
function processOf(pid: string): { readonly parent: number; readonly cpuMs: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { parent: Number(fields[1]), cpuMs: (ticks * 1000) / TICKS_PER_SECOND };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
