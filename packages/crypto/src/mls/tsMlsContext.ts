/** What every operation of the engine has at hand, and the configuration of ts-mls that follows from our rules. */
import type { AuthenticationService } from "ts-mls/authenticationService.js";
import { MAX_GROUP_DEVICES } from "@sotto/protocol";
import type { ClientConfig } from "ts-mls/clientConfig.js";
import { defaultKeyPackageEqualityConfig } from "ts-mls/keyPackageEqualityConfig.js";
import type { CryptoProvider } from "../provider/port.ts";
import { createAuthenticationService } from "./tsMlsAuth.ts";
import type { Guards } from "./tsMlsGuards.ts";
import type { SuiteId } from "./port.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { createSuites } from "./tsMlsSuite.ts";

/**
 * `house`: RFC 9420 and, on top, what our groups keep to: credentials of ours, a path in every commit, few proposal types, handshakes
 * bound to their place. `rfc`: the RFC alone, for tests with groups of other implementations; nothing else may use it.
 */
export type Rules = "house" | "rfc";

export interface MlsContext {
  readonly provider: CryptoProvider;
  readonly suite: (id: SuiteId) => Suite;
  readonly config: ClientConfig;
  readonly guards: Guards;
  readonly rules: Rules;
  /** Leaves of a group of ours at most. */
  readonly maxMembers: number;
}

/** What tests and measurements may set, and products never do. */
export interface ContextOptions {
  readonly maxMembers?: number;
}

/** The RFC leaves authentication to the application. */
const acceptAll: AuthenticationService = { validateCredential: async () => true };

/** One context per engine. */
export function createContext(
  provider: CryptoProvider,
  guards: Guards,
  rules: Rules = "house",
  { maxMembers = MAX_GROUP_DEVICES }: ContextOptions = {},
): MlsContext {
  return {
    provider,
    guards,
    rules,
    maxMembers,
    suite: createSuites(provider),
    config: {
      // Of no effect: messages are opened by our own code, and past epochs are kept by our own state.
      keyRetentionConfig: {
        retainKeysForGenerations: 0,
        maximumForwardRatchetSteps: 0,
        retainKeysForEpochs: 0,
      },
      // A commit's validity must not depend on a clock: the adder alone checks lifetimes (tsMlsKeyPackage.ts).
      lifetimeConfig: { maximumTotalLifetime: 0n, validateLifetimeOnReceive: false },
      keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
      // Contents are padded before they come here (padding.ts).
      paddingConfig: { kind: "alwaysPad", paddingLength: 0 },
      authService: rules === "house" ? createAuthenticationService(provider) : acceptAll,
    },
  };
}
