/** The keys that a device makes for itself at its first use; their private halves never leave it (A2). */
import { XWing } from "@hpke/hybridkem-x-wing";
import type { CryptoProvider } from "../provider/port.ts";

export interface DeviceKeys {
  /** Ed25519: signs as the device's leaf in every group and proves the device to the server. Seed, 32 bytes. */
  readonly leafPrivateKey: Uint8Array;
  readonly leafPublicKey: Uint8Array;
  /** X-Wing: vault wraps are sealed to it. Seed of draft-connolly-cfrg-xwing-kem, 32 bytes. */
  readonly hpkePrivateKey: Uint8Array;
  /** 1216 bytes. */
  readonly hpkePublicKey: Uint8Array;
}

/** New keys of one device. The caller stores the private halves sealed. */
export async function createDeviceKeys(provider: CryptoProvider): Promise<DeviceKeys> {
  const leafPrivateKey = provider.random(32);
  const kem = new XWing();
  const hpke = await kem.deriveKeyPair(provider.random(32));
  return {
    leafPrivateKey,
    leafPublicKey: provider.ed25519PublicKey(leafPrivateKey),
    hpkePrivateKey: new Uint8Array(await kem.serializePrivateKey(hpke.privateKey)),
    hpkePublicKey: new Uint8Array(await kem.serializePublicKey(hpke.publicKey)),
  };
}
