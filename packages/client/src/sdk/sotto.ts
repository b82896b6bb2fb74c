/** The public interface of a device ({@link Sotto}): names to accounts, commands to errors, state to views. */
import { accountFingerprintInput, safetyNumber } from "@sotto/crypto";
import type { ConversationId } from "@sotto/protocol";
import { changePassword } from "../account/changePassword.ts";
import { departedWrite } from "../account/deviceRecords.ts";
import { deleteAccount, endSessions } from "../account/leave.ts";
import type { Conversation, Sotto } from "../api.ts";
import type { CommandProblem } from "../engine/contract.ts";
import type { ContactRecord } from "../engine/records/contact.ts";
import type { Identity } from "../engine/records/identity.ts";
import { isSealedFile } from "../archive/isSealedFile.ts";
import { waitingFor } from "../engine/group/waiting.ts";
import type { Device } from "./device.ts";
import { openFiles } from "./files.ts";
import { openGroups } from "./groups.ts";
import { exportHistory, importHistory } from "./history.ts";
import { sottoError } from "./messages.ts";
import { openRooms } from "./rooms.ts";
import { asSottoError } from "./storeErrors.ts";
import {
  connectionState,
  contactNamed,
  contactView,
  contactViews,
  conversationView,
  conversationViews,
  personOf,
  readMessages,
  readOwnMessage,
  waitingView,
} from "./views.ts";

export function createSotto(device: Device): Sotto {
  const { platform } = device;
  const { crypto } = platform;
  const { account, userName, device: deviceId, server } = device.identity;
  const engine = (): Device["session"]["engine"] => device.session.engine;
  const contactOr = (name: string, problem: CommandProblem): ContactRecord => {
    const record = contactNamed(engine(), name);
    if (record === undefined) throw sottoError(problem);
    return record;
  };

  const conversationOf = (id: ConversationId): Conversation | undefined => {
    const { state } = engine();
    const record = state.conversations.get(id);
    if (record !== undefined)
      return conversationView(
        engine(),
        record,
        device.profiles,
        device.lastMessages.get(id),
        device.drafts.get(id),
      );
    const waiting = waitingFor(state, id);
    return waiting && waitingView(engine(), waiting);
  };

  const deviceFiles = openFiles(device);
  const closeAll = async (): Promise<void> => {
    await deviceFiles.close();
    await device.close();
  };
  const erase = async (): Promise<void> => {
    await closeAll();
    await platform.eraseStore();
  };

  return {
    account,
    userName,
    device: deviceId,
    server,
    get connection() {
      return connectionState(engine());
    },
    get people() {
      return [...engine().state.contacts.values()].map(personOf);
    },
    get presenceHidden() {
      return engine().state.settings.presenceHidden;
    },
    async setPresenceHidden(hidden) {
      await device.command({ kind: "setPresenceHidden", hidden });
    },

    get defaultPath() {
      return engine().state.settings.defaultPath;
    },
    async setDefaultPath(path) {
      await device.command({ kind: "setDefaultPath", path });
    },

    profile: {
      get own() {
        return device.profiles.own;
      },
      async set(change) {
        device.ensureOpen();
        await device.profiles.set(change).catch(rethrow);
        device.profiles.request();
      },
      bio: async (of) => device.profiles.bio(of),
      async picture(of) {
        device.ensureOpen();
        return device.profiles.picture(of).catch(rethrow);
      },
    },

    contacts: {
      list: () => contactViews(engine(), crypto, device.profiles),
      async add(name, text, options) {
        const id = options?.id;
        const done = await device.command({
          kind: "addContact",
          userName: name,
          text: text ?? null,
          ...(id !== undefined && { message: id }),
        });
        const record = done.account && engine().state.contacts.get(done.account);
        return contactView(engine(), crypto, record ?? contactOr(name, "userUnknown"), device.profiles);
      },
      async accept(name) {
        await device.command({ kind: "acceptContact", account: contactOr(name, "noRequest").account });
      },
      async decline(name) {
        await device.command({ kind: "declineContact", account: contactOr(name, "noRequest").account });
      },
      async remove(name) {
        await device.command({ kind: "removeContact", account: contactOr(name, "notContact").account });
      },
      async block(name) {
        await device.command({ kind: "blockContact", account: contactOr(name, "notContact").account });
      },
      async safetyNumber(name) {
        const other = contactOr(name, "notContact");
        return safetyNumber(
          crypto,
          accountFingerprintInput(account, device.identity.credential.accountKey),
          accountFingerprintInput(other.account, other.accountKey),
        );
      },
    },

    conversations: {
      list: () => conversationViews(engine(), device),
      get: (id) => conversationOf(id),
      withUser(name) {
        const contact = contactNamed(engine(), name);
        return (
          contact && conversationOf(contactView(engine(), crypto, contact, device.profiles).conversation)
        );
      },
      async markRead(id) {
        await device.command({ kind: "markRead", conversation: id });
      },
      async renewKeys(id) {
        await device.command({ kind: "renewKeys", conversation: id });
      },
      async setPath(id, path) {
        await device.command({ kind: "setPath", conversation: id, path });
      },
      async attend(id) {
        await device.command({ kind: "attend", conversation: id });
      },
      async setDraft(id, text) {
        device.ensureOpen();
        if (!engine().state.conversations.has(id)) throw sottoError("unknownConversation");
        await device.drafts.set(id, text).catch(rethrow);
      },
    },

    groups: openGroups(device, conversationOf),
    rooms: openRooms(device, conversationOf),

    messages: {
      async send(conversation, text, options) {
        const tracker = await device.sendTracked({
          kind: "sendText",
          conversation,
          text,
          replyTo: options?.replyTo ?? null,
          ...(options?.id !== undefined && { id: options.id }),
        });
        return tracker.handle;
      },
      async findOwn(conversation, id) {
        device.ensureOpen();
        return readOwnMessage(engine(), device.store, conversation, id).catch(rethrow);
      },
      async list(conversation, options) {
        device.ensureOpen();
        return readMessages(engine(), device.store, conversation, options ?? {}).catch(rethrow);
      },
    },

    files: deviceFiles.files,
    history: {
      export: (options) => guardedChunks(exportHistory(device, options?.passphrase)),
      import: (file, options) => importHistory(device, file, options?.passphrase).catch(rethrow),
      isSealed: (file) => isSealedFile(file),
    },

    events: () => device.events(),
    on: (listener) => device.on(listener),

    async changePassword(oldPassword, newPassword) {
      const context = device.accountContext();
      const change = (): Promise<Identity> =>
        changePassword(context, device.identity, oldPassword, newPassword);
      await device.replaceSession(change).catch(rethrow);
    },
    async logout(options) {
      device.ensureOpen();
      await endSessions(device.accountContext().api, device.identity, options?.everywhere ?? false);
      await erase().catch(rethrow);
      await rememberDeparture(device).catch(rethrow);
    },
    async deleteAccount(password) {
      device.ensureOpen();
      await deleteAccount(device.accountContext(), device.identity, password);
      await erase().catch(rethrow);
    },
    close: closeAll,
  };
}

async function* guardedChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    rethrow(error);
  }
}

function rethrow(error: unknown): never {
  throw asSottoError(error);
}

/** Signing in here again then needs no question about the other device: it was this one. */
async function rememberDeparture({ platform, identity }: Device): Promise<void> {
  const store = await platform.openStore();
  try {
    await store.commit([departedWrite(identity.device)]);
  } finally {
    await store.close();
  }
}
