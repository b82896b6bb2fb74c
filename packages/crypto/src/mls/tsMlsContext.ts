/** What every operation of the engine has at hand, and the configuration of ts-mls that follows from our rules. */
import type { ClientConfig } from "ts-mls/clientConfig.js";
import { defaultKeyPackageEqualityConfig } from "ts-mls/keyPackageEqualityConfig.js";
import type { CryptoProvider } from "../provider/port.ts";
import { createAuthenticationService } from "./tsMlsAuth.ts";
import type { Guards } from "./tsMlsGuards.ts";
import type { SuiteId } from "./port.ts";
import type { Suite } from "./tsMlsSuite.ts";
import { createSuites } from "./tsMlsSuite.ts";

export interface MlsContext {
  readonly provider: CryptoProvider;
  readonly suite: (id: SuiteId) => Suite;
  readonly config: ClientConfig;
  readonly guards: Guards;
}

/** One context per engine. */
export function createContext(provider: CryptoProvider, guards: Guards): MlsContext {
  return {
    provider,
    guards,
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
      authService: createAuthenticationService(provider),
    },
  };
}
