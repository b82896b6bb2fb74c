/** How far each file is, as the device has told it: read once for what is on the screen, then by events. One store for a device. */
import type { Conversation, FileView, Sotto, StoredMessage } from "sotto";

export type TransferId = FileView["transfer"];
type Manifest = StoredMessage["files"][number];

/** null: the device knows nothing of it but its message · undefined: not read yet. */
export type KnownView = FileView | null | undefined;

export interface FileStore {
  readonly viewOf: (transfer: TransferId) => KnownView;
  /** Calls the listener when the view of that file is another, until the returned function is called. Reads it if it has not been read. */
  readonly subscribe: (transfer: TransferId, onChange: () => void) => () => void;
  /**
   * Own files that are about to be prepared, under ids that are only for the screen: the device makes the real ones as it goes, and until its
   * message is there nothing but names says which is which. The returned function forgets them.
   */
  readonly prepare: (conversation: Conversation["id"], files: readonly Manifest[]) => () => void;
}

const stores = new WeakMap<Sotto, FileStore>();

export function fileStoreOf(device: Sotto): FileStore {
  const known = stores.get(device);
  if (known !== undefined) return known;
  const made = createFileStore(device);
  stores.set(device, made);
  return made;
}

/** A file that is shown while it is prepared. */
interface Prepared {
  readonly shownAs: TransferId;
  readonly conversation: Conversation["id"];
  readonly name: string;
  /** The device's id, once it has told. */
  transfer?: TransferId;
}

export function createFileStore(device: Pick<Sotto, "on" | "files">): FileStore {
  const views = new Map<TransferId, FileView | null>();
  const listeners = new Map<TransferId, Set<() => void>>();
  let prepared: readonly Prepared[] = [];
  let wanted = new Set<TransferId>();

  device.on((event) => {
    if (event.type === "resynced") for (const transfer of listeners.keys()) want(transfer);
    if (event.type !== "file") return;
    put(event.file.transfer, event.file);
    const shown = event.file.message === null ? preparedFor(event.file) : undefined;
    if (shown !== undefined) put(shown.shownAs, event.file);
  });

  function put(transfer: TransferId, view: FileView | null): void {
    views.set(transfer, view);
    for (const listener of listeners.get(transfer) ?? []) listener();
  }

  function preparedFor(view: FileView): Prepared | undefined {
    const known = prepared.find(({ transfer }) => transfer === view.transfer);
    if (known !== undefined) return known;
    if (view.state !== "preparing") return undefined;
    const open = prepared.filter(
      ({ conversation, transfer }) => conversation === view.conversation && transfer === undefined,
    );
    // Names are made safe before they are told.
    const found = open.find(({ name }) => name === view.name) ?? open[0];
    if (found !== undefined) found.transfer = view.transfer;
    return found;
  }

  function want(transfer: TransferId): void {
    // A screenful of files is asked for at once.
    if (wanted.size === 0) queueMicrotask(() => void read());
    wanted.add(transfer);
  }

  async function read(): Promise<void> {
    const asked = [...wanted];
    wanted = new Set();
    const before = new Map(asked.map((transfer) => [transfer, views.get(transfer)]));
    // What cannot be read now is asked for again when it is shown again.
    const found = await device.files.views(asked).catch(() => undefined);
    if (found === undefined) return;
    const byId = new Map(found.map((view) => [view.transfer, view]));
    // An event that came meanwhile is newer.
    for (const transfer of asked)
      if (views.get(transfer) === before.get(transfer)) put(transfer, byId.get(transfer) ?? null);
  }

  return {
    viewOf: (transfer) => views.get(transfer),
    subscribe(transfer, onChange) {
      const own = listeners.get(transfer) ?? new Set();
      listeners.set(transfer, own.add(onChange));
      if ((views.get(transfer) ?? null) === null && !isPrepared(transfer)) want(transfer);
      return () => {
        own.delete(onChange);
        if (own.size === 0 && listeners.get(transfer) === own) listeners.delete(transfer);
      };
    },
    prepare(conversation, files) {
      const added = files.map(({ transfer, path }) => ({
        shownAs: transfer,
        conversation,
        name: path.at(-1) ?? "",
      }));
      prepared = [...prepared, ...added];
      for (const { transfer, path, sizeBytes } of files)
        put(transfer, preparingView(transfer, conversation, path.at(-1) ?? "", sizeBytes));
      return () => {
        prepared = prepared.filter((one) => !added.includes(one));
        for (const { shownAs } of added) views.delete(shownAs);
      };
    },
  };

  function isPrepared(transfer: TransferId): boolean {
    return prepared.some(({ shownAs }) => shownAs === transfer);
  }
}

function preparingView(
  transfer: TransferId,
  conversation: Conversation["id"],
  name: string,
  total: number,
): FileView {
  return {
    transfer,
    conversation,
    message: null,
    mine: true,
    name,
    state: "preparing",
    reason: null,
    bytes: 0,
    total,
    path: null,
    bytesPerSecond: 0,
  };
}
