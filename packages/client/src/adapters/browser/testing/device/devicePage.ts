/** A tab of a device without a view, for tests of files among several tabs: they call it by name. */
import type { TransferId } from "@sotto/protocol";
import type { FileView, Sotto } from "../../../../api.ts";
import { openBrowserHome, saveFile } from "../../index.ts";
import { bigFile, isLeafOf } from "../bigFile.ts";

const home = openBrowserHome();
let sotto: Sotto;
let sending: Promise<readonly string[]>;
/** The last that was told of each file. */
const told = new Map<TransferId, FileView>();

const devicePage = {
  async register(userName: string, password: string) {
    watch(await home.register({ server: location.origin, userName, password }));
  },
  async open() {
    watch(await home.open());
  },
  /** Resolves when the other has accepted, and messages go. */
  async befriend(userName: string) {
    const active = new Promise<void>((resolve) => {
      sotto.on(() => {
        if (sotto.conversations.withUser(userName)?.state === "active") resolve();
      });
    });
    await sotto.contacts.add(userName, "hello");
    await active;
  },
  /** Begins to; {@link sent} tells the messages. */
  send(userName: string, name: string, sizesBytes: readonly number[]) {
    const files = sizesBytes.map((sizeBytes, index) => ({
      content: bigFile(name, sizeBytes),
      path: [`${index} ${name}`],
      mediaType: "application/octet-stream",
      modifiedAtMs: null,
    }));
    const handles = sotto.files.send(conversationWith(userName), files);
    sending = handles.then((all) => all.map(({ id }) => id));
    sending.catch(() => {});
  },
  sent: () => sending,
  /** Of the file that is being prepared: bytes that are on the shelf. */
  prepared: () =>
    Math.max(0, ...[...told.values()].map(({ state, bytes }) => (state === "preparing" ? bytes : 0))),
  async offered(userName: string) {
    const messages = await sotto.messages.list(conversationWith(userName));
    return messages.flatMap(({ id, files }) =>
      files.map(({ transfer, sizeBytes }) => ({ id, transfer, sizeBytes })),
    );
  },
  /** Bytes that were read and right, up to the first that are not. */
  async rightBytes(transfer: TransferId) {
    let [leaf, sum] = [0, 0];
    for await (const content of sotto.files.content(transfer)) {
      if (!isLeafOf(content, leaf++)) return sum;
      sum += content.length;
    }
    return sum;
  },
  async save(transfer: TransferId) {
    Object.assign(globalThis, { showSaveFilePicker: undefined });
    const [view] = await sotto.files.views([transfer]);
    return view !== undefined && (await saveFile(sotto, view));
  },
  logout: () => sotto.logout(),
  /** Files that lie in the private file system, in all folders. */
  async privateFiles(folder?: FileSystemDirectoryHandle): Promise<number> {
    let count = 0;
    for await (const handle of (folder ?? (await navigator.storage.getDirectory())).values())
      count += handle.kind === "file" ? 1 : await devicePage.privateFiles(handle);
    return count;
  },
};

export type DevicePage = typeof devicePage;

Object.assign(globalThis, { devicePage });

function watch(opened: Sotto): void {
  sotto = opened;
  opened.on((event) => {
    if (event.type === "file") told.set(event.file.transfer, event.file);
  });
}

function conversationWith(userName: string): FileView["conversation"] {
  const conversation = sotto.conversations.withUser(userName);
  if (conversation === undefined) throw new Error(`no conversation with ${userName}`);
  return conversation.id;
}
