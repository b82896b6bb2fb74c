/**
 * How a link that shows itself to TURN servers alone is kept from showing its device's address. libjuice takes "relay" as a rule for which
 * candidates it tells; it sends checks to the other side's candidates from its own socket all the same, and the other side reads the address
 * off them. To take no candidates but relayed ones is not enough: the other side may call any address that. So the link's socket is bound to
 * loopback, from where no packet leaves this machine, and what it sends to its TURN servers is passed on here.
 */
import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { IceServer as NativeServer } from "node-datachannel";

const LOOPBACK = "127.0.0.1";

export interface TurnDoor {
  /** The TURN servers as the link reaches them; others it does not reach. */
  readonly servers: readonly NativeServer[];
  /** Of the link's socket. */
  readonly bindAddress: string;
  close(): void;
}

/** A door to these servers. One whose name cannot be found is left out. */
export async function openTurnDoor(servers: readonly NativeServer[]): Promise<TurnDoor> {
  const turns = servers.filter(({ relayType }) => relayType !== undefined);
  const passages = await Promise.all(turns.map(openPassage));
  const open = passages.filter((passage) => passage !== undefined);
  return {
    servers: open.map(({ server }) => server),
    bindAddress: LOOPBACK,
    close() {
      for (const passage of open) passage.close();
    },
  };
}

interface Passage {
  readonly server: NativeServer;
  close(): void;
}

/** A socket on loopback and one to the server; whatever comes to one leaves by the other, unchanged. */
async function openPassage(server: NativeServer): Promise<Passage | undefined> {
  const inner = createSocket("udp4");
  const outer = createSocket(isIPv6(server.hostname) ? "udp6" : "udp4");
  const close = (): void => {
    inner.close();
    outer.close();
  };
  try {
    inner.bind(0, LOOPBACK);
    outer.connect(server.port, server.hostname);
    await Promise.all([once(inner, "listening"), once(outer, "connect")]);
  } catch {
    close();
    return undefined;
  }
  pass(inner, outer);
  return { server: { ...server, hostname: LOOPBACK, port: inner.address().port }, close };
}

/** The first that sends is the link; packets of other programs of this machine are not its. What cannot be sent is lost, as UDP is. */
function pass(inner: Socket, outer: Socket): void {
  let linkPort: number | undefined;
  const lost = (): void => {};
  inner.on("error", lost);
  outer.on("error", lost);
  inner.on("message", (packet, { port }) => {
    linkPort ??= port;
    if (port === linkPort) outer.send(packet, lost);
  });
  outer.on("message", (packet) => {
    if (linkPort !== undefined) inner.send(packet, linkPort, LOOPBACK, lost);
  });
}
