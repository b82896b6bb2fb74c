/** What the account flows work with. */
import type { CryptoProvider, MlsEngine } from "@sotto/crypto";
import type { SignInStep } from "../api.ts";
import type { ServerApi } from "../http/serverApi.ts";
import type { LocalStore } from "../ports/store.ts";

export interface AccountContext {
  readonly api: ServerApi;
  readonly crypto: CryptoProvider;
  readonly mls: MlsEngine;
  readonly store: LocalStore;
  readonly nowMs: () => number;
  readonly onStep: (step: SignInStep) => void;
}

/** What the user typed. */
export interface Credentials {
  readonly userName: string;
  readonly password: string;
  /** The server's address as given: kept for display and for opening again. */
  readonly server: string;
}
