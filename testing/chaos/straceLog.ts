/** The log of `strace -f -yy -xx` as system calls in the order of their completion. */

export interface Syscall {
  /** Place in the log of the line that begins the call, and of the one that ends it. */
  readonly begun: number;
  readonly completed: number;
  readonly name: string;
  /** What the first argument, a file descriptor, refers to: a path, or `TCP:[local->remote]`. */
  readonly target: string;
  /** The bytes that were given to be written. */
  readonly data: Uint8Array;
  /** -1 for a failed call. */
  readonly result: number;
}

const WHOLE = /^(\d+)\s+(.*)$/;
const UNFINISHED = " <unfinished ...>";
const RESUMED = /^<\.\.\. \w+ resumed>(.*)$/;
/** `name(3<target>, …) = result …` */
const CALL = /^(\w+)\(\d+<(.*?)>(?=[,)])(.*)\)\s*= (-?\d+)/;
const HEX_STRING = /"((?:\\x[0-9a-f]{2})*)"/g;

/** Reads the log; lines that are no call on a file descriptor are left out. */
export function parseStraceLog(log: string): readonly Syscall[] {
  const unfinished = new Map<string, { readonly begun: number; readonly text: string }>();
  const calls: Syscall[] = [];
  for (const [line, text] of log.split("\n").entries()) {
    const [, thread = "", rest = ""] = WHOLE.exec(text) ?? [];
    if (rest.endsWith(UNFINISHED)) {
      unfinished.set(thread, { begun: line, text: rest.slice(0, -UNFINISHED.length) });
      continue;
    }
    const resumed = RESUMED.exec(rest)?.[1];
    const before = resumed === undefined ? undefined : unfinished.get(thread);
    const call = parseCall(before === undefined ? rest : before.text + resumed, before?.begun ?? line, line);
    if (call !== undefined) calls.push(call);
  }
  return calls;
}

function parseCall(text: string, begun: number, completed: number): Syscall | undefined {
  const [, name, target, rest, result] = CALL.exec(text) ?? [];
  if (name === undefined || target === undefined || rest === undefined) return undefined;
  const hex = [...rest.matchAll(HEX_STRING)]
    .map(([, escaped = ""]) => escaped.replaceAll("\\x", ""))
    .join("");
  return {
    begun,
    completed,
    name,
    target: unescaped(target),
    data: new Uint8Array(Buffer.from(hex, "hex")),
    result: Number(result),
  };
}

/** With -xx paths are escaped too. */
function unescaped(target: string): string {
  return target.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
