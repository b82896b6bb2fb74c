/** The leader's device: opens and closes it, carries out what is asked of it, and tells what happens. */
import type { SignInStep, Sotto, SottoHome } from "../../api.ts";
import { SottoError } from "../../api.ts";
import type { ClientEvent } from "../../index.ts";
import { sottoError } from "../../sdk/messages.ts";
import type {
  CallName,
  Calls,
  DeviceView,
  LeaderCall,
  LeaderState,
  OpenedDevice,
  OwnCall,
  OwnCallName,
  OwnCalls,
} from "./channel.ts";
import { createDeviceCalls } from "./deviceCalls.ts";

type OwnActions = {
  readonly [Name in Exclude<OwnCallName, "close">]: (
    ...args: Parameters<OwnCalls[Name]>
  ) => Promise<ReturnType<OwnCalls[Name]>>;
};
type OwnAnswer = ReturnType<OwnCalls[OwnCallName]>;

/** Calls that change nothing, or nothing of which no event tells. */
const TOLD: ReadonlySet<CallName> = new Set([
  "send",
  "sendFiles",
  "safetyNumber",
  "bio",
  "profilePicture",
  "messages",
  "findOwn",
  "fileViews",
  "readFile",
]);

export interface DeviceHostOptions {
  readonly home: SottoHome;
  /** Without a view: it is as it was. */
  readonly onChanged: (events: readonly ClientEvent[], view: DeviceView | undefined) => void;
  /** A device was opened or has closed; nothing of it is told before. */
  readonly onState: (state: LeaderState) => void;
  /** A fault has ended the device. */
  readonly onFault: (error: unknown) => void;
}

export interface DeviceHost {
  /** As it is now. */
  readonly state: LeaderState;
  /** Opens the device that is signed in here, if there is one. Rejects when it does not open. */
  open(): Promise<void>;
  answer(call: LeaderCall): Promise<ReturnType<Calls[CallName]>>;
  carryOut(call: Exclude<OwnCall, { name: "close" }>, onStep: (step: SignInStep) => void): Promise<OwnAnswer>;
  /** Closes the device without a word. */
  close(): Promise<void>;
}

export function createDeviceHost({ home, onChanged, onState, onFault }: DeviceHostOptions): DeviceHost {
  let device: Sotto | undefined;
  let calls: ReturnType<typeof createDeviceCalls> | undefined;
  let events: ClientEvent[] = [];
  let flushDue = false;

  const host: DeviceHost = {
    get state() {
      return stateOf(device, false);
    },
    open: () => openIfSignedIn(false),
    async answer(call) {
      if (calls === undefined) throw sottoError("closed");
      try {
        return await calls(call);
      } finally {
        // What the call has changed is known to the pages before its answer.
        if (flushDue || !TOLD.has(call.name)) tellChanges();
      }
    },
    async carryOut({ name, args }, onStep) {
      const action = ownActions(onStep)[name] as (...given: readonly unknown[]) => Promise<OwnAnswer>;
      try {
        return await action(...args);
      } finally {
        tellChanges();
      }
    },
    async close() {
      const closing = device;
      drop();
      await closing?.close();
    },
  };
  return host;

  function ownActions(onStep: (step: SignInStep) => void): OwnActions {
    return {
      register: (options) => signIn(() => home.register({ ...options, onStep })),
      login: (options) => signIn(() => home.login({ ...options, onStep })),
      changePassword: (oldPassword, newPassword) => current().changePassword(oldPassword, newPassword),
      exportHistory: (passphrase) => exported(current(), passphrase),
      importHistory: (file, passphrase) =>
        current().history.import(file, passphrase === undefined ? {} : { passphrase }),
      logout: (everywhere) => leave(current().logout({ everywhere })),
      deleteAccount: (password) => leave(current().deleteAccount(password)),
    };
  }

  /** A device that is open already gives way: its session may have ended, and signing in renews it. */
  async function signIn(signing: () => Promise<Sotto>): Promise<void> {
    await host.close();
    try {
      watch(await signing());
      onState(stateOf(device, true));
    } catch (error) {
      await openIfSignedIn(false);
      throw error;
    }
  }

  async function leave(leaving: Promise<void>): Promise<void> {
    await leaving;
    drop();
    onState(stateOf(device, false));
  }

  async function openIfSignedIn(fresh: boolean): Promise<void> {
    try {
      watch(await home.open());
    } catch (error) {
      if (!(error instanceof SottoError && error.code === "storeMissing")) throw error;
    }
    onState(stateOf(device, fresh));
  }

  function drop(): void {
    device = undefined;
    calls = undefined;
  }

  function current(): Sotto {
    if (device === undefined) throw sottoError("closed");
    return device;
  }

  function watch(sotto: Sotto): void {
    device = sotto;
    calls = createDeviceCalls(sotto);
    events = [];
    sotto.on((event) => {
      events.push(event);
      if (flushDue) return;
      flushDue = true;
      // What one turn of the engine emits travels as one message.
      queueMicrotask(tellChanges);
    });
    void watchEnd(sotto);
  }

  function tellChanges(): void {
    flushDue = false;
    if (device === undefined) return;
    const told = events;
    events = [];
    // Files that move tell of it several times a second, and are in no view.
    const isOfFiles = told.length > 0 && told.every(({ type }) => type === "file");
    onChanged(told, isOfFiles ? undefined : viewOf(device));
  }

  /** Events themselves come by the listener, at once; this iterator is read for its end. */
  async function watchEnd(sotto: Sotto): Promise<void> {
    try {
      for await (const event of sotto.events()) void event;
    } catch (fault) {
      if (device === sotto) onFault(fault);
    }
  }
}

function stateOf(sotto: Sotto | undefined, fresh: boolean): LeaderState {
  return sotto === undefined ? { kind: "signedOut" } : { kind: "open", fresh, device: openedOf(sotto) };
}

function openedOf(sotto: Sotto): OpenedDevice {
  const { account, userName, device, server } = sotto;
  return { account, userName, device, server, view: viewOf(sotto) };
}

function viewOf(sotto: Sotto): DeviceView {
  return {
    connection: sotto.connection,
    presenceHidden: sotto.presenceHidden,
    ownProfile: sotto.profile.own,
    defaultPath: sotto.defaultPath,
    people: sotto.people,
    contacts: sotto.contacts.list(),
    conversations: sotto.conversations.list(),
  };
}

async function exported(sotto: Sotto, passphrase: string | undefined): Promise<Blob> {
  let archive = new Blob([]);
  // Joined as they come, so that the browser may put them on the disk.
  for await (const chunk of sotto.history.export(passphrase === undefined ? {} : { passphrase }))
    archive = new Blob([archive, chunk as Uint8Array<ArrayBuffer>]);
  return archive;
}
