/**
 * What pages ask of the leader's device, carried out once each. A call that was made to an earlier leader already is answered as if the first try had
 * been: what that one stored is looked up, or is what the call would have made of it.
 */
import type { MessageId } from "@sotto/protocol";
import type { Contact, FileToSend, Sotto } from "../../api.ts";
import { SottoError } from "../../api.ts";
import type { MessageState } from "../../index.ts";
import { followingMessageId } from "../../sdk/messageId.ts";
import type { CallName, Calls, LeaderCall, SendFilesOptions, SendOptions } from "./channel.ts";
import { postLeaf } from "./hall.ts";

type Answer = ReturnType<Calls[CallName]>;
type Answers = {
  readonly [Name in CallName]: (...args: Parameters<Calls[Name]>) => Promise<ReturnType<Calls[Name]>>;
};

/** Answers the calls of one device. */
export function createDeviceCalls(sotto: Sotto): (call: LeaderCall) => Promise<Answer> {
  const { contacts, conversations, groups, rooms, messages, files } = sotto;
  const inOrder = createOrder();
  const first: Answers = {
    addContact: (userName, text, id) => inOrder(() => contacts.add(userName, text, { id })),
    acceptContact: (userName) => inOrder(() => contacts.accept(userName)),
    declineContact: (userName) => inOrder(() => contacts.decline(userName)),
    removeContact: (userName) => inOrder(() => contacts.remove(userName)),
    blockContact: (userName) => inOrder(() => contacts.block(userName)),
    safetyNumber: (userName) => contacts.safetyNumber(userName),
    setPresenceHidden: (hidden) => inOrder(() => sotto.setPresenceHidden(hidden)),
    setProfile: (change) => inOrder(() => sotto.profile.set(change)),
    bio: (account) => sotto.profile.bio(account),
    profilePicture: (account) => sotto.profile.picture(account),
    markRead: (conversation) => inOrder(() => conversations.markRead(conversation)),
    renewKeys: (conversation) => inOrder(() => conversations.renewKeys(conversation)),
    setPath: (conversation, path) => inOrder(() => conversations.setPath(conversation, path)),
    setDefaultPath: (path) => inOrder(() => sotto.setDefaultPath(path)),
    attend: (conversation) => conversations.attend(conversation),
    setDraft: (conversation, text) => inOrder(() => conversations.setDraft(conversation, text)),
    createGroup: (name, userNames, options) => inOrder(() => groups.create(name, userNames, options)),
    setKey: (conversation, key) => inOrder(() => groups.setKey(conversation, key)),
    addMembers: (conversation, userNames) => inOrder(() => groups.add(conversation, userNames)),
    removeMembers: (conversation, userNames) => inOrder(() => groups.remove(conversation, userNames)),
    renameGroup: (conversation, name) => inOrder(() => groups.rename(conversation, name)),
    setRole: (conversation, userName, role) => inOrder(() => groups.setRole(conversation, userName, role)),
    leaveGroup: (conversation) => inOrder(() => groups.leave(conversation)),
    createRoom: (options) => inOrder(() => rooms.create(options)),
    joinRoom: (entry) => inOrder(() => rooms.join(entry)),
    invitation: (conversation) => rooms.invitation(conversation),
    renewInvitation: (conversation, options) => inOrder(() => rooms.renewInvitation(conversation, options)),
    send: (conversation, text, options) => inOrder(() => send(conversation, text, options)),
    messages: (conversation, options) => messages.list(conversation, options),
    findOwn: (conversation, id) => messages.findOwn(conversation, id),
    sendFiles: (conversation, contents, options) => inOrder(() => sendFiles(conversation, contents, options)),
    fileViews: (transfers) => files.views(transfers),
    fetchFile: (transfer) => inOrder(() => files.fetch(transfer)),
    pauseFile: (transfer) => inOrder(() => files.pause(transfer)),
    resumeFile: (transfer) => inOrder(() => files.resume(transfer)),
    cancelFile: (transfer) => inOrder(() => files.cancel(transfer)),
    removeFile: (transfer) => inOrder(() => files.remove(transfer)),
    readFile: (transfer, leaf, to) => readFile(sotto, transfer, leaf, to),
  };
  // The others do no harm when they are carried out twice.
  const again: Answers = {
    ...first,
    addContact: (userName, text, id) =>
      inOrder(
        () => contacts.add(userName, text, { id }),
        () => addedContact(sotto, userName, text === undefined ? undefined : id),
      ),
    declineContact: (userName) => inOrder(() => contacts.decline(userName).catch(unless("noRequest"))),
    removeContact: (userName) => inOrder(() => contacts.remove(userName).catch(unless("notContact"))),
    blockContact: (userName) => inOrder(() => contacts.block(userName).catch(unless("notContact"))),
    createGroup: (name, userNames, options) =>
      inOrder(
        () => groups.create(name, userNames, options),
        async () => conversations.get(options.id),
      ),
    createRoom: (options) =>
      inOrder(
        () => rooms.create(options),
        async () => {
          const conversation = conversations.get(options.id);
          const invitation = await rooms.invitation(options.id);
          return conversation && invitation ? { conversation, invitation } : undefined;
        },
      ),
    addMembers: (conversation, userNames) =>
      inOrder(() => groups.add(conversation, userNames).catch(unless("alreadyMember"))),
    removeMembers: (conversation, userNames) =>
      inOrder(() => groups.remove(conversation, userNames).catch(unless("notMember"))),
    leaveGroup: (conversation) =>
      inOrder(() => groups.leave(conversation).catch(unless("conversationEnded"))),
    send: (conversation, text, options) =>
      inOrder(
        () => send(conversation, text, options),
        async () => (await messages.findOwn(conversation, options.id))?.state,
      ),
    sendFiles: (conversation, contents, options) => {
      const rest = { ids: [] as MessageId[], contents, options };
      return inOrder(
        async () => [...rest.ids, ...(await sendFiles(conversation, rest.contents, rest.options))],
        async () => {
          Object.assign(rest, await unsentFiles(sotto, conversation, contents, options));
          return rest.contents.length === 0 ? rest.ids : undefined;
        },
      );
    },
  };

  return (call) => {
    // Each name has the arguments of its own answer; the compiler does not follow that through the union.
    const answer = (call.again ? again : first)[call.name] as (
      ...args: readonly unknown[]
    ) => Promise<Answer>;
    return answer(...call.args);
  };

  async function send(
    conversation: Parameters<Calls["send"]>[0],
    text: string,
    options: SendOptions,
  ): Promise<MessageState> {
    await messages.send(conversation, text, options);
    return "sending";
  }

  async function sendFiles(
    conversation: Parameters<Calls["sendFiles"]>[0],
    contents: readonly FileToSend[],
    options: SendFilesOptions,
  ): Promise<readonly MessageId[]> {
    return (await files.send(conversation, contents, options)).map(({ id }) => id);
  }
}

/** Each message offers the next ones of the files, in order, and their ids count up. */
async function unsentFiles(
  { messages }: Sotto,
  ...[conversation, contents, options]: Parameters<Calls["sendFiles"]>
): Promise<{
  readonly ids: readonly MessageId[];
  readonly contents: readonly FileToSend[];
  readonly options: SendFilesOptions;
}> {
  const ids: MessageId[] = [];
  let sent = 0;
  let { id } = options;
  for (;;) {
    const found = await messages.findOwn(conversation, id);
    if (found === undefined) break;
    ids.push(id);
    sent += found.files.length;
    id = followingMessageId(id);
  }
  // The text went with the first one.
  return { ids, contents: contents.slice(sent), options: ids.length === 0 ? options : { id } };
}

async function readFile(
  { files }: Sotto,
  ...[transfer, leaf, to]: Parameters<Calls["readFile"]>
): Promise<boolean> {
  for await (const content of files.content(transfer, { from: leaf })) {
    postLeaf(to, { leaf, content });
    return true;
  }
  return false;
}

/** The contact if it has been asked already, with the message of that id if there was to be one. */
async function addedContact(
  { contacts, messages }: Sotto,
  userName: string,
  id: SendOptions["id"] | undefined,
): Promise<Contact | undefined> {
  const contact = contacts.list().find((known) => known.userName === userName);
  if (contact?.state !== "outgoing" && contact?.state !== "accepted") return undefined;
  const isSaid = id === undefined || (await messages.findOwn(contact.conversation, id)) !== undefined;
  return isSaid ? contact : undefined;
}

/** The first try has left nothing to do. */
function unless(problem: SottoError["code"]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof SottoError && error.code === problem)) throw error;
  };
}

/** Runs what it is given; `before` may find that it has been done. All begin in the order in which they came, also behind one that is looked up. */
type Order = <T>(run: () => Promise<T>, before?: () => Promise<T | undefined>) => Promise<T>;

function createOrder(): Order {
  /** Resolves when what came last has begun. */
  let last: Promise<void> | undefined;
  return <T>(run: () => Promise<T>, before?: () => Promise<T | undefined>): Promise<T> => {
    if (before === undefined && last === undefined) return run();
    const answer = Promise.withResolvers<T>();
    const begun = begin(last);
    last = begun;
    return answer.promise;

    async function begin(turn: Promise<void> | undefined): Promise<void> {
      await turn;
      try {
        const found = await before?.();
        answer.resolve(found === undefined ? run() : found);
      } catch (error) {
        answer.reject(error);
      }
      if (last === begun) last = undefined;
    }
  };
}
