/** The X.509 extension that says which names an authority may vouch for (RFC 5280 §4.2.1.10). */
import { isIP } from "node:net";
import { Extension, GeneralName } from "@peculiar/x509";
import type { Scope } from "./names.ts";

const NAME_CONSTRAINTS = "2.5.29.30";
/** DER tags: SEQUENCE, [0] permittedSubtrees, [7] iPAddress. */
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const IP_ADDRESS = 0x87;

/**
 * Critical, as the RFC asks: who does not understand it refuses the authority. Names of a kind that stands in no subtree are not
 * constrained by it; the extended key usage leaves TLS servers alone, whose names are these two kinds.
 */
export function nameConstraints({ domains, networks }: Scope): Extension {
  const names = [
    ...domains.map((domain) => new Uint8Array(new GeneralName("dns", domain).rawData)),
    ...networks.map(networkName),
  ];
  const subtrees = names.map((name) => tagged(SEQUENCE, name));
  return new Extension(NAME_CONSTRAINTS, true, tagged(SEQUENCE, tagged(PERMITTED, Buffer.concat(subtrees))));
}

/** Address and mask, 8 or 32 bytes, as RFC 4632 and RFC 5280 write networks. */
function networkName(network: string): Uint8Array {
  const [address = "", prefix = isIP(address) === 4 ? "32" : "128"] = network.split("/");
  // The encoded name of a single address: tag, length, 4 or 16 bytes.
  const bytes = new Uint8Array(new GeneralName("ip", address).rawData).subarray(2);
  const mask = bytes.map((_, i) => {
    const bits = Math.min(8, Math.max(0, Number(prefix) - 8 * i));
    return (0xff << (8 - bits)) & 0xff;
  });
  return tagged(IP_ADDRESS, Buffer.concat([bytes.map((byte, i) => byte & (mask[i] ?? 0)), mask]));
}

/** Tag, length, content in DER; contents stay below 64 KiB. */
function tagged(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = content;
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return new Uint8Array([...header, ...content]);
}
