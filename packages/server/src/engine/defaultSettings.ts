/** The rules' defaults, for configuration and tests. */
import { DEFAULT_RETENTION_DAYS } from "@sotto/protocol";
import type { RuleSettings } from "../ports/settings.ts";

const GIB = 1024 ** 3;

export const DEFAULT_RULE_SETTINGS: RuleSettings = {
  registration: "open",
  retentionDays: DEFAULT_RETENTION_DAYS,
  /** A month of 1,500 messages a day for a device that is away. */
  mailboxMaxEntries: 50_000,
  mailboxMaxBytes: 256 * 1024 * 1024,
  fileMaxBytes: 2 * GIB,
  fileBytesPerAccount: 4 * GIB,
  /** Each is two files on the disk, however small. */
  filesPerAccount: 10_000,
  fileBytesTotal: 50 * GIB,
  fileRetentionDays: DEFAULT_RETENTION_DAYS,
  groupsPerAccount: 100,
  newGroups: { burst: 60, perHour: 60 },
  /** A device asks after each commit that it has taken, and once when it comes back to each of its groups. */
  listQuestions: { burst: 3600, perHour: 3600 },
  /** A joiner asks once, and again for each handshake that is before its own; an answer has up to 2 MiB. */
  groupInfos: { burst: 600, perHour: 600 },
  /** One after each removal in a room; the server keeps every code that was used. */
  roomPasswords: { burst: 60, perHour: 60 },
  /** Each is told to everybody in the room. */
  roomJoins: { burst: 60, perHour: 60 },
  /** More than a list can ever change: it holds 64 devices, and each comes and goes once. */
  deviceLists: { burst: 150, perHour: 150 },
  /** Each contact that is removed makes a new key, hence a new one. */
  profiles: { burst: 120, perHour: 120 },
  /** A device that is new in a large group asks for everybody's. */
  profileQuestions: { burst: 1200, perHour: 1200 },
  /** A new member of a large community opens many conversations on its first day. */
  claimsPerRequester: { burst: 60, perHour: 120 },
  /** Fifty single-use packages outlast this for the refill of a device that wakes daily; the last resort is never used up. */
  claimsPerTarget: { burst: 60, perHour: 60 },
  sessionIdleDays: 90,
};
