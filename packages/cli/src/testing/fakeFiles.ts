/** The files of a fake device: contents in memory, and nothing moves unless a test moves it. */
import type { ConversationId, FileManifest, TransferId } from "@sotto/protocol";
import type { ClientEvent, FileToSend, FileView, Sotto, StoredMessage } from "sotto";
import { SottoError } from "sotto";

/** A file of the other's. */
export interface FakeOffer {
  readonly path: readonly string[];
  readonly content: Uint8Array;
  readonly mediaType?: string;
}

export interface FakeFiles {
  readonly files: Sotto["files"];
  /** Manifests of what the other offers; {@link offered} says with which message. */
  manifests(offers: readonly FakeOffer[]): readonly FileManifest[];
  offered(message: StoredMessage): void;
  /** Makes a file another in this, and tells it. */
  readonly move: (transfer: TransferId, change: Partial<FileView>) => void;
}

interface Kept {
  view: FileView;
  readonly content: Uint8Array;
}

interface Device {
  readonly calls: string[];
  readonly emit: (event: ClientEvent) => void;
  readonly storeOwn: (
    conversation: ConversationId,
    text: string,
    files: readonly FileManifest[],
  ) => StoredMessage;
}

const LEAF_BYTES = 1024 * 1024;

export function createFakeFiles({ calls, emit, storeOwn }: Device): FakeFiles {
  const kept = new Map<TransferId, Kept>();
  const contents = new Map<TransferId, Uint8Array>();

  const manifestOf = (path: readonly string[], content: Uint8Array, mediaType: string): FileManifest => {
    const transfer = `f${contents.size + 1}`.padEnd(32, "0") as TransferId;
    contents.set(transfer, content);
    return {
      transfer,
      path,
      sizeBytes: content.length,
      mediaType,
      modifiedAtMs: null,
      key: new Uint8Array(32),
      root: new Uint8Array(32),
      picture: null,
    };
  };
  const keep = (message: StoredMessage, change: Partial<FileView>): void => {
    for (const { transfer, path, sizeBytes } of message.files) {
      const view: FileView = {
        transfer,
        conversation: message.conversation,
        message: message.id,
        mine: message.mine,
        name: path.at(-1) ?? "",
        state: "offered",
        reason: null,
        bytes: 0,
        total: sizeBytes,
        path: null,
        bytesPerSecond: 0,
        ...change,
      };
      kept.set(transfer, { view, content: contents.get(transfer) ?? new Uint8Array(0) });
      emit({ type: "file", file: view });
    }
  };
  const must = (transfer: TransferId): Kept => {
    const found = kept.get(transfer);
    if (found === undefined) throw new SottoError("fileMissing", "This file is not on this device.");
    return found;
  };
  const move = (transfer: TransferId, change: Partial<FileView>): void => {
    const found = must(transfer);
    const all = change.state === "done" ? { bytes: found.view.total } : {};
    found.view = { ...found.view, reason: null, bytesPerSecond: 0, ...all, ...change };
    emit({ type: "file", file: found.view });
  };
  const acted = (what: string, state: FileView["state"]) => async (transfer: TransferId) => {
    calls.push(`${what} ${must(transfer).view.name}`);
    move(transfer, { state });
  };

  return {
    manifests: (offers) =>
      offers.map(({ path, content, mediaType }) =>
        manifestOf(path, content, mediaType ?? "application/octet-stream"),
      ),
    offered: (message) => keep(message, {}),
    move,
    files: {
      async send(conversation, files, options) {
        const manifests: FileManifest[] = [];
        for (const file of files) manifests.push(manifestOf(file.path, await readAll(file), file.mediaType));
        calls.push(
          `send files ${files.map(({ path }) => path.join("/")).join(" ")} ${options?.text ?? ""}`.trim(),
        );
        const message = storeOwn(conversation, options?.text ?? "", manifests);
        keep(message, { state: "waiting", reason: "peerOffline" });
        return [{ id: message.id, conversation } as Awaited<ReturnType<Sotto["files"]["send"]>>[number]];
      },
      views: async (transfers) =>
        transfers.flatMap((transfer) => {
          const view = kept.get(transfer)?.view;
          return view === undefined ? [] : [view];
        }),
      fetch: acted("fetch", "waiting"),
      pause: acted("pause", "paused"),
      resume: acted("resume", "moving"),
      cancel: acted("cancel", "cancelled"),
      remove: acted("remove", "removed"),
      async *content(transfer) {
        const { view, content } = must(transfer);
        if (view.state !== "done") throw new SottoError("fileMissing", "This file is not on this device.");
        for (let at = 0; at < content.length; at += LEAF_BYTES) yield content.slice(at, at + LEAF_BYTES);
      },
    },
  };
}

async function readAll({ content }: FileToSend): Promise<Uint8Array> {
  return new Uint8Array(await content.slice(0, content.size).arrayBuffer());
}
