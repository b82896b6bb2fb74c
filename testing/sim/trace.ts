/** What happened in a world, as a hash and, on demand, as lines: two runs of a seed are the same exactly when their hashes are. */

export interface Trace {
  /** `who` did `what` at `atMs`; `detail` is a number that tells equal events apart. */
  note(atMs: number, who: string, what: string, detail?: number): void;
  /** 16 hexadecimal characters. */
  hash(): string;
}

/** `onLine` receives each event as text; without it no text is made. */
export function createTrace(onLine?: (line: string) => void): Trace {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  const mixNumber = (value: number): void => {
    low = Math.imul(low ^ value, 0x01000193);
    high = Math.imul(high ^ (value + low), 0x85ebca6b);
  };
  const mixText = (text: string): void => {
    for (let i = 0; i < text.length; i++) mixNumber(text.charCodeAt(i));
  };
  return {
    note(atMs, who, what, detail = 0) {
      mixNumber(atMs | 0);
      mixText(who);
      mixText(what);
      mixNumber(detail | 0);
      onLine?.(
        `${(atMs / 1000).toFixed(3).padStart(10)} ${who.padEnd(6)} ${what}${detail === 0 ? "" : ` ${detail}`}`,
      );
    },
    hash: () => [high, low].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(""),
  };
}
