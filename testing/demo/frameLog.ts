/** What clients have sent to a server, as `serverWatch.ts` writes it down. */
import { existsSync, readFileSync } from "node:fs";

export interface FrameEntry {
  /** A frame's type, or method and route of a request. */
  readonly what: string;
  readonly bytes: number;
}

/** Sums since the last look. */
export interface FrameSum {
  readonly count: number;
  readonly bytes: number;
}

/** A look at the log: what has been added since the one before, by kind. */
export function watchFrameLog(file: string): () => ReadonlyMap<string, FrameSum> {
  let seen = 0;
  return () => {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    const fresh = lines.slice(seen).map((line) => JSON.parse(line) as FrameEntry);
    seen = lines.length;
    const sums = new Map<string, FrameSum>();
    for (const { what, bytes } of fresh) {
      const before = sums.get(what) ?? { count: 0, bytes: 0 };
      sums.set(what, { count: before.count + 1, bytes: before.bytes + bytes });
    }
    return sums;
  };
}

/** Frames that carry messages; signals of links are among them. */
export function messageFrames(sums: ReadonlyMap<string, FrameSum>): number {
  return sums.get("post")?.count ?? 0;
}

/** Requests for files. */
export function fileRequests(sums: ReadonlyMap<string, FrameSum>): FrameSum {
  const found = [...sums].filter(([what]) => what.includes("/v1/blobs"));
  return {
    count: found.reduce((sum, [, { count }]) => sum + count, 0),
    bytes: found.reduce((sum, [, { bytes }]) => sum + bytes, 0),
  };
}
