/** A TCP proxy between clients and server: it shows every byte to a tap, and stays while the server behind it is killed and restarted. */
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";

/** Who the bytes go to. */
export type Direction = "toServer" | "toClient";

/** Sees everything that passes, in order, before it is passed on. */
export interface Tap {
  /** A client has connected. `connection` counts from 1. */
  opened?(connection: number): void;
  data(connection: number, direction: Direction, bytes: Uint8Array): void;
  closed?(connection: number): void;
}

export interface TcpProxy {
  /** For clients. */
  readonly url: string;
  /** Where new connections go from now on; `undefined`: nowhere, they are cut off. */
  setTarget(port: number | undefined): void;
  /** Resolves when no connection is left. */
  idle(): Promise<void>;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. At first there is no target. */
export async function startTcpProxy(tap: Tap): Promise<TcpProxy> {
  let target: number | undefined;
  let lastConnection = 0;
  const sockets = new Set<Socket>();
  let whenIdle = Promise.withResolvers<void>();
  whenIdle.resolve();
  const server = createServer((client) => {
    if (target === undefined) {
      client.destroy();
      return;
    }
    const connection = ++lastConnection;
    tap.opened?.(connection);
    if (sockets.size === 0) whenIdle = Promise.withResolvers();
    const upstream = connect(target, "127.0.0.1");
    sockets.add(client).add(upstream);
    pass(client, upstream, (bytes) => tap.data(connection, "toServer", bytes));
    pass(upstream, client, (bytes) => tap.data(connection, "toClient", bytes));
    let open = 2;
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.once("close", () => {
        sockets.delete(socket);
        if (--open === 0) tap.closed?.(connection);
        if (sockets.size === 0) whenIdle.resolve();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    setTarget: (port) => (target = port),
    idle: () => whenIdle.promise,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function pass(from: Socket, to: Socket, see: (bytes: Uint8Array) => void): void {
  from.on("data", (bytes: Buffer) => {
    see(bytes);
    if (!to.write(bytes)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.once("end", () => to.end());
  from.once("close", () => to.destroy());
  // A killed peer resets its connections; `close` follows.
  from.on("error", () => {});
}
