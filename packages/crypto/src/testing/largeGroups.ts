/** For measurements: groups larger than ours may be, and the library by itself in a group of ours. */
import type { KeyPackage, PrivateKeyPackage } from "ts-mls/keyPackage.js";
import { createGuardedEngine } from "../mls/tsMls.ts";
import { createContext } from "../mls/tsMlsContext.ts";
import { ALL_GUARDS } from "../mls/tsMlsGuards.ts";
import { decodeKeyPackageMessage, decodePrivateBytes } from "../mls/tsMlsKeyPackage.ts";
import type { KeyPackageBundle, MlsEngine } from "../mls/port.ts";
import type { CryptoProvider } from "../provider/port.ts";

/** The engine with another cap than `MAX_GROUP_DEVICES`. */
export function createLargeGroupEngine(provider: CryptoProvider, maxMembers: number): MlsEngine {
  return createGuardedEngine(provider, ALL_GUARDS, { maxMembers });
}

/** A key package of ours as the library takes it. */
export function libraryKeys(
  provider: CryptoProvider,
  { publicBytes, privateBytes }: KeyPackageBundle,
): { readonly publicPackage: KeyPackage; readonly privatePackage: PrivateKeyPackage } {
  return {
    publicPackage: decodeKeyPackageMessage(publicBytes, createContext(provider, ALL_GUARDS)),
    privatePackage: decodePrivateBytes(privateBytes),
  };
}
