/** Lines to a stream that may be slower than we are. */
import { once } from "node:events";
import type { Output } from "../shell.ts";

export interface LineWriter {
  readonly write: (line: string) => void;
  /** Resolves when the reader has room again; work that makes more lines waits for it. */
  room(): Promise<void>;
}

export function createLineWriter(output: Output): LineWriter {
  return {
    write: (line) => void output.write(line),
    async room() {
      while (output.writableNeedDrain && !output.destroyed) {
        await Promise.race([once(output, "drain"), once(output, "close")]).catch(() => {});
      }
    },
  };
}
