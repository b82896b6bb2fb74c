/** CPU time of another process. */
import { readFileSync } from "node:fs";

/** Ticks of /proc per second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time of all its threads so far, in steps of 10 ms. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The program's name, in parentheses, may hold spaces. proc(5): utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
