/** Links between devices of one process, without a network: what one end sends, the other gets, in order and soon. */
import type { Link, LinkChannel, LinkHandlers, LinkMaker } from "../ports/direct.ts";
import { LOW_WATER_BYTES } from "../ports/direct.ts";

export interface MemoryLinks {
  readonly maker: LinkMaker;
  /** While it is true no link opens, and those that are open end. */
  cut: boolean;
  /** It becomes true when so many bytes of files have gone by. */
  cutAtFileBytes: number;
  /** Bytes of frames that have gone by each channel. */
  readonly carried: Readonly<Record<LinkChannel, number>>;
}

interface End {
  readonly id: number;
  readonly handlers: LinkHandlers;
  other: End | undefined;
  isOver: boolean;
  readonly waiting: Record<LinkChannel, number>;
}

const WORD = "memory ";

export function createMemoryLinks(): MemoryLinks {
  const ends = new Map<number, End>();
  const carried = { messages: 0, files: 0 };
  let nextId = 1;
  let isCut = false;

  function finish(end: End): void {
    end.isOver = true;
    ends.delete(end.id);
  }

  function fail(end: End, failure: "noWay" | "failed"): void {
    if (end.isOver) return;
    finish(end);
    end.handlers.onClose(failure);
  }

  function open(handlers: LinkHandlers): Link {
    const end: End = {
      id: nextId++,
      handlers,
      other: undefined,
      isOver: false,
      waiting: { messages: 0, files: 0 },
    };
    ends.set(end.id, end);
    const later = (work: () => void): void => void setImmediate(() => end.isOver || work());
    return {
      offer: () => later(() => handlers.onDescription({ kind: "offer", sdp: WORD + end.id })),
      accept(description) {
        const other = ends.get(Number(description.sdp.slice(WORD.length)));
        if (other === undefined || isCut) return later(() => fail(end, "noWay"));
        end.other = other;
        if (description.kind === "offer")
          return later(() => handlers.onDescription({ kind: "answer", sdp: WORD + end.id }));
        other.other = end;
        for (const { isOver, handlers: told } of [other, end])
          if (!isOver) setImmediate(() => told.onOpen("local"));
      },
      addCandidates() {},
      send(channel, frame) {
        const { other, waiting } = end;
        if (end.isOver || other === undefined) return;
        waiting[channel] += frame.length;
        const copy = frame.slice();
        setImmediate(() => {
          waiting[channel] -= copy.length;
          if (!other.isOver && !isCut) {
            carried[channel] += copy.length;
            other.handlers.onFrame(channel, copy);
            if (carried.files >= links.cutAtFileBytes) links.cut = true;
          }
          const before = waiting[channel] + copy.length;
          if (!end.isOver && before > LOW_WATER_BYTES && waiting[channel] <= LOW_WATER_BYTES)
            handlers.onDrained(channel);
        });
      },
      bufferedBytes: (channel) => (end.isOver ? 0 : end.waiting[channel]),
      close() {
        if (end.isOver) return;
        finish(end);
        const { other } = end;
        if (other !== undefined) setImmediate(() => fail(other, "failed"));
      },
    };
  }

  const links: MemoryLinks = {
    cutAtFileBytes: Number.POSITIVE_INFINITY,
    maker: { open: (_options, handlers) => open(handlers) },
    carried,
    get cut() {
      return isCut;
    },
    set cut(now) {
      isCut = now;
      if (isCut) for (const end of ends.values()) if (end.other !== undefined) fail(end, "failed");
    },
  };
  return links;
}
