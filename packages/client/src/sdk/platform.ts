/** What a platform gives to the SDK: the one list that Node, browsers and tests fill in. */
import type { CryptoProvider, MlsEngine, SuiteId } from "@sotto/crypto";
import type { HttpTransport } from "../http/transport.ts";
import type { ServerConnection } from "../ports/connection.ts";
import type { LinkMaker } from "../ports/direct.ts";
import type { FileShelf } from "../ports/fileShelf.ts";
import type { LocalStore } from "../ports/store.ts";
import type { Clock } from "../runtime/clock.ts";

/** A connection with its session's token, and the end of it. */
export interface SessionConnection extends ServerConnection {
  /** HTTP that ends with the connection. */
  readonly transport: HttpTransport;
  /** Aborts requests under way and closes sockets at once. */
  close(): void;
}

export interface Platform {
  readonly crypto: CryptoProvider;
  readonly mls: MlsEngine;
  readonly clock: Clock;
  /** Where devices can be connected directly. */
  readonly links?: LinkMaker;
  /** Cipher suite of new devices; 83 unless a test wants another. */
  readonly suite?: SuiteId;
  /** Takes this home's store, making it if there is none. Rejects with `StoreError`. */
  openStore(): Promise<LocalStore>;
  /** Where this home's files lie, once its store is open; without it no files move. Rejects with `FileShelfError`. */
  readonly shelf?: () => Promise<FileShelf>;
  /** True when {@link openStore} would find a store rather than make one. Makes and locks nothing. */
  hasStore(): Promise<boolean>;
  /** Removes the store, which is closed, the key that it was sealed with, and the shelf with all that lies on it. */
  eraseStore(): Promise<void>;
  /** HTTP to a server, without a session. */
  transport(origin: string): HttpTransport;
  /** Nothing is sent before the first request or socket. */
  connect(origin: string, token: Uint8Array): SessionConnection;
}
