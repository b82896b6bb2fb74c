/** The sockets that the engine knows by number. Each is answered by at most one `connected` and exactly one `disconnected`. */
import type { EngineEvent } from "../engine/contract.ts";
import type { ServerConnection } from "../ports/connection.ts";

export interface Sockets {
  open(connection: number): void;
  /** Frames for a socket that has closed meanwhile go nowhere: its `disconnected` is on the way to the engine. */
  send(connection: number, frame: Uint8Array): void;
  close(connection: number): void;
  closeAll(): void;
}

export function createSockets(server: ServerConnection, dispatch: (event: EngineEvent) => void): Sockets {
  const open = new Map<number, ReturnType<ServerConnection["openSocket"]>>();
  return {
    open(connection) {
      const socket = server.openSocket({
        onOpen: () => dispatch({ type: "connected", connection }),
        onFrame: (frame) => dispatch({ type: "frame", connection, frame }),
        onClose(closeCode, reason) {
          open.delete(connection);
          dispatch({
            type: "disconnected",
            connection,
            ...(closeCode !== undefined && { closeCode }),
            ...(reason !== undefined && { reason }),
          });
        },
      });
      open.set(connection, socket);
    },
    send(connection, frame) {
      open.get(connection)?.send(frame);
    },
    close(connection) {
      open.get(connection)?.close();
    },
    closeAll() {
      for (const socket of open.values()) socket.close();
    },
  };
}
