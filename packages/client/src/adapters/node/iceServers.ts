/** ICE servers as libdatachannel takes them: by parts, so that no user name or password has to be written into an address. */
import type { IceServer as NativeServer } from "node-datachannel";
import type { IceServer } from "../../ports/direct.ts";

const DEFAULT_PORT = 3478;
const ADDRESS =
  /^(?<scheme>stun|turn):(?<host>\[[0-9a-f:.]+\]|[^\s:/?#[\]@]+)(?::(?<port>\d{1,5}))?(?:\?transport=udp)?$/i;

/** RFC 7064, RFC 7065. What libjuice cannot use, TURN over TCP or TLS, is left out: it would try UDP there. */
export function nativeIceServers(servers: readonly IceServer[]): NativeServer[] {
  return servers.flatMap(({ urls, username, credential }) =>
    urls.flatMap((url) => {
      const { scheme, host, port } = ADDRESS.exec(url)?.groups ?? {};
      if (scheme === undefined || host === undefined) return [];
      const place = { hostname: host.replace(/^\[|\]$/g, ""), port: Number(port ?? DEFAULT_PORT) };
      if (scheme.toLowerCase() === "stun") return [place];
      if (username === undefined || credential === undefined) return [];
      return [{ ...place, username, password: credential, relayType: "TurnUdp" as const }];
    }),
  );
}
