/** What an operator decides about the rules. Plain data: it is cloned into the worker thread. */

/** A token bucket: `burst` at once, then `perHour`. */
export interface BucketSettings {
  readonly burst: number;
  readonly perHour: number;
}

export interface RuleSettings {
  readonly registration: "open" | "closed";
  readonly retentionDays: number;
  /** Undelivered entries and bytes of one mailbox (RLY-15). */
  readonly mailboxMaxEntries: number;
  readonly mailboxMaxBytes: number;
  /** Files at the relay: bytes of one, bytes and number of an account's, bytes of all, and how long they are kept (BLB-7). */
  readonly fileMaxBytes: number;
  readonly fileBytesPerAccount: number;
  readonly filesPerAccount: number;
  readonly fileBytesTotal: number;
  readonly fileRetentionDays: number;
  /** Groups and rooms that an account has made and that still exist, and how many it makes (RLY-24). */
  readonly groupsPerAccount: number;
  readonly newGroups: BucketSettings;
  /** A device's questions for delivery lists (RLY-25). */
  readonly listQuestions: BucketSettings;
  /** A device's questions for group info, and what it puts right of it (ROOM-7, ROOM-8). */
  readonly groupInfos: BucketSettings;
  /** An account's new codes and passwords of rooms (ROOM-4), and its ways into rooms (ROOM-9). */
  readonly roomPasswords: BucketSettings;
  readonly roomJoins: BucketSettings;
  /** An account's new device lists, of which everybody who shares a group with it is told (ACC-15). */
  readonly deviceLists: BucketSettings;
  /** New profiles of an account, and a device's questions for others' (PRO-5). */
  readonly profiles: BucketSettings;
  readonly profileQuestions: BucketSettings;
  /** Key-package claims by one account … */
  readonly claimsPerRequester: BucketSettings;
  /** … and of one account, by all. */
  readonly claimsPerTarget: BucketSettings;
  /** A session unused for this long has ended. */
  readonly sessionIdleDays: number;
}
