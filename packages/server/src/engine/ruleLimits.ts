/** Rate limits that rules judge. They live in memory beside the store: a restart fills the buckets, which only a restart can exploit. */
import type { RateLimiter } from "../ports/rateLimiter.ts";
import type { RuleSettings } from "../ports/settings.ts";
import { createRateLimiter } from "./tokenBucket.ts";

export interface RuleLimits {
  readonly claimsByRequester: RateLimiter;
  readonly claimsByTarget: RateLimiter;
  readonly newGroupsByAccount: RateLimiter;
  readonly listQuestionsByDevice: RateLimiter;
  readonly groupInfosByDevice: RateLimiter;
  readonly roomPasswordsByAccount: RateLimiter;
  readonly roomJoinsByAccount: RateLimiter;
  readonly deviceListsByAccount: RateLimiter;
  readonly profilesByAccount: RateLimiter;
  readonly profileQuestionsByDevice: RateLimiter;
}

export function createRuleLimits(settings: RuleSettings): RuleLimits {
  return {
    claimsByRequester: createRateLimiter(settings.claimsPerRequester),
    claimsByTarget: createRateLimiter(settings.claimsPerTarget),
    newGroupsByAccount: createRateLimiter(settings.newGroups),
    listQuestionsByDevice: createRateLimiter(settings.listQuestions),
    groupInfosByDevice: createRateLimiter(settings.groupInfos),
    roomPasswordsByAccount: createRateLimiter(settings.roomPasswords),
    roomJoinsByAccount: createRateLimiter(settings.roomJoins),
    deviceListsByAccount: createRateLimiter(settings.deviceLists),
    profilesByAccount: createRateLimiter(settings.profiles),
    profileQuestionsByDevice: createRateLimiter(settings.profileQuestions),
  };
}
