/** Tables of a device's store: what the engine and the account flows keep. One codec for each beside this file; the store adapter seals the values. */
export const TABLE = {
  /** One record, key "identity". */
  device: "device",
  /** Keys "position": {@link Position}, "settings" and "profile". */
  meta: "meta",
  keyPackage: "keyPackage",
  contact: "contact",
  conversation: "conversation",
  /** Key `group/part`. */
  group: "group",
  pending: "pending",
  /** Key: the conversation of a group. Value: what is to become of it. */
  wish: "wish",
  /** Key: conversation. Value: its pre-shared key, 32 bytes (PSK-6). */
  conversationKey: "conversationKey",
  /** Key: a group whose Welcome waits for the conversation's key: {@link WaitingWelcome}. */
  waiting: "waiting",
  /** Key `group/number`: what has come of such a group since. */
  waitingEntry: "waitingEntry",
  /** Key: the MLS group of a room: {@link RoomRecord}. */
  room: "room",
  /**
   * Key: a group that this device is out of. A pair's is never entered again (CON-9), one of people by a later Welcome (GRP-5). Value: empty while the
   * server has to be told, then one byte.
   */
  leaving: "leaving",
  /** Key `conversation/order`. */
  outbox: "outbox",
  /** Key `conversation/order`. */
  history: "history",
  /** Key `conversation/message id/account`: the order in the history. */
  messageId: "messageId",
  /** Key: a conversation of which an archive was imported: {@link ImportRecord}. */
  imported: "imported",
  /** Key: another account. What opens its profile: {@link ProfileKey}; the own one is in "meta", key "profile". */
  profileKey: "profileKey",
  /** Key: conversation. Who has been told the own one: {@link ToldProfile}. */
  profileTold: "profileTold",
  /** Key: account, the own among them. Kept by the SDK beside the engine, without its picture, which is in a table of its own. */
  profile: "profile",
  profilePicture: "profilePicture",
  /** Key: conversation. Kept by the SDK beside the engine, on this device alone. */
  draft: "draft",
} as const;
