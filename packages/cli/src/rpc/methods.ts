/** The methods of the scripting interface. Their names, parameters and results are a stable contract: extended, never renamed. */
import type { Sotto } from "sotto";
import { withArchive, writeArchive } from "../archiveFile.ts";
import { asksFirst, mustConversation, sendText } from "../sendText.ts";
import { parseTarget } from "../target.ts";
import { actMethod, listMethod, saveMethod, sendMethod } from "./fileMethods.ts";
import { GROUP_METHODS } from "./groupMethods.ts";
import { ROOM_METHODS } from "./roomMethods.ts";
import type { Params } from "./params.ts";
import {
  conversationParam,
  flagParam,
  onlyThese,
  optionalCount,
  optionalMessageId,
  optionalText,
  pathChoiceParam,
  pathModeParam,
  targetParam,
  textParam,
  userParam,
} from "./params.ts";
import { contactJson, conversationJson, messageJson } from "./present.ts";
import { PROFILE_METHODS } from "./profileMethods.ts";

/** Messages that one answer of `messages.list` may hold. */
const MAX_LIMIT = 1000;

export interface Method {
  readonly params: readonly string[];
  /** Requests with the same lane are carried out one after the other, in the order of their lines; others at once. */
  readonly lane?: (sotto: Sotto, params: Params) => string | undefined;
  /** Whether what follows in the lane waits for this one's end; it does unless said otherwise. The SDK keeps the order of calls. */
  readonly holds?: (sotto: Sotto, params: Params) => boolean;
  /** `ended`: nobody waits any more for what may take for ever. */
  readonly run: (sotto: Sotto, params: Params, ended: AbortSignal) => unknown;
  /** It may store own messages; its result has the `id`, or all `ids`, if it names any. */
  readonly stores?: true;
}

const ofUser = (
  params: readonly string[],
  run: (sotto: Sotto, userName: string, params: Params) => Promise<unknown>,
): Method => ({
  params,
  lane: (_sotto, { username }) => (typeof username === "string" ? `@${username}` : undefined),
  run: async (sotto, given) => (await run(sotto, userParam(given, "username"), given)) ?? {},
});

const ofConversation = (run: (sotto: Sotto, params: Params) => Promise<unknown>): Method => ({
  params: ["conversation"],
  run: async (sotto, params) => (await run(sotto, params)) ?? {},
});

export const METHODS: Readonly<Record<string, Method>> = {
  status: {
    params: [],
    run: ({ account, userName, device, connection, server, presenceHidden, defaultPath }) => ({
      account,
      username: userName,
      device,
      connected: connection === "online",
      server,
      presenceHidden,
      path: defaultPath,
    }),
  },
  ...PROFILE_METHODS,
  "presence.set": {
    params: ["hidden"],
    lane: () => "presence",
    run: async (sotto, params) => (await sotto.setPresenceHidden(flagParam(params, "hidden"))) ?? {},
  },
  "paths.setDefault": {
    params: ["path"],
    lane: () => "path",
    run: async (sotto, params) => (await sotto.setDefaultPath(pathModeParam(params, "path"))) ?? {},
  },
  "history.export": {
    params: ["file", "passphrase"],
    lane: () => "history",
    async run(sotto, params) {
      const chunks = sotto.history.export(passphraseOf(params));
      return { bytes: await writeArchive(textParam(params, "file"), chunks) };
    },
  },
  "history.import": {
    params: ["file", "passphrase"],
    lane: () => "history",
    run: (sotto, params) =>
      withArchive(textParam(params, "file"), (file) => sotto.history.import(file, passphraseOf(params))),
  },
  "contacts.add": {
    ...ofUser(["username", "text"], async (sotto, userName, params) => {
      await sotto.contacts.add(userName, optionalText(params, "text"));
    }),
    stores: true,
  },
  "contacts.accept": ofUser(["username"], (sotto, userName) => sotto.contacts.accept(userName)),
  "contacts.decline": ofUser(["username"], (sotto, userName) => sotto.contacts.decline(userName)),
  "contacts.remove": ofUser(["username"], (sotto, userName) => sotto.contacts.remove(userName)),
  "contacts.block": ofUser(["username"], (sotto, userName) => sotto.contacts.block(userName)),
  "contacts.safetyNumber": ofUser(["username"], async (sotto, userName) => ({
    safetyNumber: await sotto.contacts.safetyNumber(userName),
  })),
  "contacts.list": {
    params: [],
    run: (sotto) =>
      sotto.contacts
        .list()
        .filter(({ state }) => state !== "removed")
        .map(contactJson),
  },
  "conversations.list": { params: [], run: (sotto) => sotto.conversations.list().map(conversationJson) },
  "conversations.markRead": ofConversation((sotto, params) =>
    sotto.conversations.markRead(mustConversation(sotto, conversationParam(params, "conversation")).id),
  ),
  "conversations.renewKeys": ofConversation((sotto, params) =>
    sotto.conversations.renewKeys(mustConversation(sotto, conversationParam(params, "conversation")).id),
  ),
  "conversations.attend": ofConversation((sotto, params) =>
    sotto.conversations.attend(mustConversation(sotto, conversationParam(params, "conversation")).id),
  ),
  "conversations.setPath": {
    ...ofConversation((sotto, params) => {
      const path = pathChoiceParam(params, "path");
      const { id } = mustConversation(sotto, conversationParam(params, "conversation"));
      return sotto.conversations.setPath(id, path);
    }),
    params: ["conversation", "path"],
    // Behind the messages that were sent before it.
    lane: (sotto, { conversation }) =>
      typeof conversation === "string" ? laneOf(sotto, `#${conversation.replace(/^#/, "")}`) : undefined,
  },
  ...GROUP_METHODS,
  ...ROOM_METHODS,
  "messages.send": {
    params: ["to", "text", "replyTo"],
    stores: true,
    lane: (sotto, { to }) => (typeof to === "string" ? laneOf(sotto, to) : undefined),
    // A first message makes the conversation that the next ones need.
    holds: (sotto, { to }) => typeof to === "string" && asksFirst(sotto, parseTarget(to)),
    run: (sotto, params) =>
      sendText(
        sotto,
        targetParam(params, "to"),
        textParam(params, "text"),
        optionalMessageId(params, "replyTo"),
      ),
  },
  "files.send": {
    params: ["to", "path", "text"],
    stores: true,
    lane: (sotto, { to }) => (typeof to === "string" ? laneOf(sotto, to) : undefined),
    run: sendMethod,
  },
  "files.save": { params: ["id", "path", "file"], run: saveMethod },
  "files.list": { params: ["conversation", "limit"], run: listMethod },
  "files.cancel": { params: ["id", "file"], run: actMethod((files, transfer) => files.cancel(transfer)) },
  "files.pause": { params: ["id", "file"], run: actMethod((files, transfer) => files.pause(transfer)) },
  "files.resume": { params: ["id", "file"], run: actMethod((files, transfer) => files.resume(transfer)) },
  "messages.list": {
    params: ["conversation", "limit", "before"],
    async run(sotto, params) {
      const { id } = mustConversation(sotto, conversationParam(params, "conversation"));
      const limit = optionalCount(params, "limit", MAX_LIMIT);
      const before = optionalMessageId(params, "before");
      const messages = await sotto.messages.list(id, {
        ...(limit !== undefined && { limit }),
        ...(before !== undefined && { before }),
      });
      return messages.map((message) => messageJson(sotto, message));
    },
  },
};

/** Runs a method after checking the names of its parameters. */
export async function call(
  { params: known, run }: Method,
  sotto: Sotto,
  params: Params,
  ended: AbortSignal,
): Promise<unknown> {
  onlyThese(params, known);
  return run(sotto, params, ended);
}

function passphraseOf(params: Params): { readonly passphrase?: string } {
  const passphrase = optionalText(params, "passphrase");
  return passphrase === undefined ? {} : { passphrase };
}

/** `@bob` and the `#id` of the conversation with bob are the same lane. */
function laneOf(sotto: Sotto, to: string): string {
  const pair = sotto.conversations.list().find(({ id, kind }) => kind === "pair" && to === `#${id}`);
  return pair === undefined ? to : `@${pair.name}`;
}
