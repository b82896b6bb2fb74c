/** Translates the configuration into what the rules are given. */
import { DEFAULT_RULE_SETTINGS } from "../engine/defaultSettings.ts";
import type { BucketSettings, RuleSettings } from "../ports/settings.ts";
import type { ServerConfig } from "./keys.ts";

/** The part of the configuration that the rules decide by. */
export function ruleSettingsOf(config: ServerConfig): RuleSettings {
  return {
    registration: config.registration,
    retentionDays: config.retentionDays,
    sessionIdleDays: config.sessionIdleDays,
    mailboxMaxEntries: config.quotas.mailboxEntries,
    mailboxMaxBytes: config.quotas.mailboxBytes,
    fileMaxBytes: config.files.maxRelayBytes,
    fileBytesPerAccount: config.files.accountQuotaBytes,
    filesPerAccount: DEFAULT_RULE_SETTINGS.filesPerAccount,
    fileBytesTotal: config.files.totalBytes,
    fileRetentionDays: config.files.retentionDays,
    groupsPerAccount: config.quotas.groupsPerAccount,
    newGroups: perHour(config.limits.groupsPerAccountPerHour),
    listQuestions: perHour(config.limits.groupListsPerDevicePerHour),
    groupInfos: perHour(config.limits.groupInfosPerDevicePerHour),
    roomPasswords: perHour(config.limits.roomPasswordsPerAccountPerHour),
    roomJoins: perHour(config.limits.roomJoinsPerAccountPerHour),
    deviceLists: perHour(config.limits.deviceListsPerAccountPerHour),
    profiles: DEFAULT_RULE_SETTINGS.profiles,
    profileQuestions: DEFAULT_RULE_SETTINGS.profileQuestions,
    claimsPerRequester: perHour(config.limits.claimsPerAccountPerHour),
    claimsPerTarget: perHour(config.limits.claimsPerTargetPerHour),
  };
}

/** A bucket that may be emptied at once and fills evenly in a day. */
export function perDay(count: number): BucketSettings {
  return { burst: count, perHour: count / 24 };
}

/** A bucket that may be emptied at once and fills evenly in an hour. */
export function perHour(count: number): BucketSettings {
  return { burst: count, perHour: count };
}
