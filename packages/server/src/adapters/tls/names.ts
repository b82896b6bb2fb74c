/** What clients of a network may call this machine, and what an authority that it makes is allowed to vouch for. */
import { isIP } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";
import { blockListOf } from "../../config/kinds.ts";

/** Sorted, without doubles. */
export interface MachineNames {
  /** Lower case. */
  readonly domains: readonly string[];
  readonly addresses: readonly string[];
}

/** What an authority may vouch for: these domains with everything below them, and the addresses of these networks. */
export interface Scope {
  readonly domains: readonly string[];
  readonly networks: readonly string[];
}

/** As much of {@link networkInterfaces} as is read. */
export type Interfaces = Readonly<
  Record<
    string,
    readonly Pick<NetworkInterfaceInfo, "address" | "netmask" | "family" | "internal">[] | undefined
  >
>;

export interface Machine {
  readonly bindAddress: string;
  readonly interfaces: Interfaces;
  readonly hostName: string;
  /** Host of publicUrl: a name that no interface knows, such as one that a router forwards. */
  readonly publicHost: string | undefined;
}

const LOOPBACK = { domains: ["localhost"], addresses: ["127.0.0.1", "::1"] };
/** Networks that are nobody's on the internet: loopback, private, link-local, shared by a provider's or a VPN's customers. */
const PRIVATE_NETWORKS =
  "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 100.64.0.0/10 ::1/128 fc00::/7 fe80::/10".split(
    " ",
  );
const PRIVATE = blockListOf(PRIVATE_NETWORKS);
const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
/** Networks between programs of this machine: nobody else reaches it by their addresses. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|cni|flannel)/;

/** Every name and address by which a client may reach a server that is bound there. */
export function namesOf(machine: Machine): MachineNames {
  const { publicHost = "localhost" } = machine;
  const host = publicHost.replace(/^\[(.*)\]$/, "$1");
  const isPublicDomain = isIP(host) === 0 && isOwn(host);
  return {
    domains: sorted([
      ...LOOPBACK.domains,
      ...hostNamesOf(machine.hostName),
      ...(isPublicDomain ? [host] : []),
    ]),
    addresses: sorted([
      ...LOOPBACK.addresses,
      ...addressesOf(machine).map(({ address }) => address),
      ...(isIP(host) === 0 ? [] : [host]),
    ]),
  };
}

/** What an authority that is made now may vouch for ever after: private networks, and where the machine is now. */
export function scopeOf(machine: Machine): Scope {
  const { domains, addresses } = namesOf(machine);
  const publicAddresses = addresses.filter((address) => !isPrivate(address));
  return {
    domains,
    networks: [
      ...PRIVATE_NETWORKS,
      // The devices of a network change their IPv6 addresses daily, but only below the prefix.
      ...sorted(publicAddresses.map((address) => (isIP(address) === 6 ? `${address}/64` : `${address}/32`))),
    ],
  };
}

/** The names that the authority may vouch for. */
export function within(scope: Scope, { domains, addresses }: MachineNames): MachineNames {
  const networks = blockListOf(scope.networks);
  return {
    domains: domains.filter((domain) =>
      scope.domains.some((known) => domain === known || domain.endsWith(`.${known}`)),
    ),
    addresses: addresses.filter((address) => networks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")),
  };
}

/** Addresses at which other machines reach the server, IPv4 first: people type them. */
export function lanAddresses(machine: Machine): readonly string[] {
  const found = addressesOf(machine)
    .filter(({ name }) => !VIRTUAL.test(name))
    .map(({ address }) => address);
  return [...new Set(found)].toSorted((a, b) => isIP(a) - isIP(b));
}

/** Addresses of this machine on which it listens. Link-local IPv6 ones need a zone, which URLs of browsers cannot have. */
function addressesOf({ bindAddress, interfaces }: Machine): { name: string; address: string }[] {
  const everywhere = bindAddress === "::" || bindAddress === "0.0.0.0";
  const found = everywhere
    ? Object.entries(interfaces).flatMap(([name, infos = []]) =>
        infos
          .filter(({ internal, family }) => !internal && (bindAddress === "::" || family === "IPv4"))
          .map(({ address }) => ({ name, address })),
      )
    : [{ name: "", address: canonical(bindAddress) }];
  return found.filter(({ address }) => !/^fe[89ab]/i.test(address));
}

/** The one form of an address that the system and certificates use; a zone stays. */
function canonical(address: string): string {
  const url = `http://[${address}]`;
  return isIP(address) === 6 && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
}

/** The machine's name as the network knows it. */
function hostNamesOf(hostName: string): string[] {
  const name = hostName.toLowerCase().replace(/\.$/, "");
  if (!DOMAIN.test(name) || isIP(name) !== 0) return [];
  const local = name.includes(".") ? [] : [`${name}.local`];
  return isOwn(name) ? [name, ...local] : local;
}

/**
 * A constraint takes in everything below a name, and a single word of letters could be a top-level domain: "dev" is a name of many machines,
 * and an authority that was stolen could vouch for everybody there. With a digit or a hyphen it cannot be one.
 */
function isOwn(domain: string): boolean {
  return domain.includes(".") || (/[0-9-]/.test(domain) && !domain.startsWith("xn--"));
}

function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted();
}
