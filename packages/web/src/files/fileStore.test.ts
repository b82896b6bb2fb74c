import { describe, expect, test } from "vitest";
import type { ClientEvent, FileView } from "sotto";
import type { TransferId } from "./fileStore.ts";
import { createFileStore } from "./fileStore.ts";
import { fileManifest } from "./manifests.testing.ts";
import { settled } from "./settled.testing.ts";

const idOf = (name: string): TransferId => name as TransferId;
const CONVERSATION = "with bob" as FileView["conversation"];

function view(transfer: string, fields: Partial<FileView> = {}): FileView {
  return {
    transfer: idOf(transfer),
    conversation: CONVERSATION,
    message: "message" as FileView["message"],
    mine: false,
    name: transfer,
    state: "offered",
    reason: null,
    bytes: 0,
    total: 10,
    path: null,
    bytesPerSecond: 0,
    ...fields,
  };
}

function bench() {
  const known = new Map<string, FileView>();
  const asked: TransferId[][] = [];
  let emit: (event: ClientEvent) => void = () => {};
  let answer: () => Promise<void> = async () => {};
  const store = createFileStore({
    on(listener) {
      emit = listener;
      return () => {};
    },
    files: {
      async views(transfers: readonly TransferId[]) {
        asked.push([...transfers]);
        const found = transfers.flatMap((transfer) => known.get(transfer) ?? []);
        await answer();
        return found;
      },
    } as never,
  });
  return {
    store,
    known,
    asked,
    tell: (file: FileView) => emit({ type: "file", file }),
    resync: () => emit({ type: "resynced" }),
    delay: (until: Promise<void>) => (answer = () => until),
  };
}

describe("the store of files", () => {
  test("asks once for what is shown together, and says null for what is not known", async () => {
    const { store, known, asked } = bench();
    known.set("a", view("a"));
    let changes = 0;
    store.subscribe(idOf("a"), () => changes++);
    store.subscribe(idOf("b"), () => changes++);
    expect(store.viewOf(idOf("a"))).toBeUndefined();
    await settled();
    expect(asked).toEqual([["a", "b"]]);
    expect([store.viewOf(idOf("a"))?.state, store.viewOf(idOf("b")), changes]).toEqual(["offered", null, 2]);
  });

  test("an event is newer than an answer that was under way", async () => {
    const { store, known, tell, delay } = bench();
    known.set("a", view("a"));
    let release = (): void => {};
    delay(new Promise((resolve) => (release = resolve)));
    store.subscribe(idOf("a"), () => {});
    await settled();
    tell(view("a", { state: "moving" }));
    release();
    await settled();
    expect(store.viewOf(idOf("a"))?.state).toBe("moving");
  });

  test("reads again what is shown after events may have been missed", async () => {
    const { store, known, asked, resync } = bench();
    known.set("a", view("a"));
    const stop = store.subscribe(idOf("a"), () => {});
    store.subscribe(idOf("b"), () => {})();
    await settled();
    known.set("a", view("a", { state: "done" }));
    resync();
    await settled();
    expect(store.viewOf(idOf("a"))?.state).toBe("done");
    expect(asked.at(-1)).toEqual(["a"]);
    stop();
  });

  test("an own file is shown before the device has named it, and follows the one of its name", () => {
    const { store, tell } = bench();
    const files = [
      fileManifest("a.txt", { transfer: idOf("shown a") }),
      fileManifest("b.txt", { transfer: idOf("shown b") }),
    ];
    const forget = store.prepare(CONVERSATION, files);
    expect(store.viewOf(idOf("shown b"))).toMatchObject({ state: "preparing", bytes: 0 });
    const preparing = { state: "preparing", message: null, mine: true } as const;
    tell(view("real b", { ...preparing, name: "b.txt", bytes: 5 }));
    tell(view("real a", { ...preparing, name: "a_safe.txt", bytes: 3 }));
    tell(view("elsewhere", { ...preparing, name: "c.txt", bytes: 1 }));
    expect(store.viewOf(idOf("shown a"))).toMatchObject({ transfer: "real a", bytes: 3 });
    expect(store.viewOf(idOf("shown b"))).toMatchObject({ transfer: "real b", bytes: 5 });
    forget();
    expect(store.viewOf(idOf("shown a"))).toBeUndefined();
  });
});
