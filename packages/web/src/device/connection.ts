/** What the banner is told of the connection. */
import type { ClientEvent } from "sotto";

export type ConnectionEvent = Extract<ClientEvent, { type: "connection" }>;
export type ConnectionStatus = Pick<ConnectionEvent, "state" | "reason">;

/** Trying again changes nothing for the person: what kept the connection away is shown until it is there. */
export function nextConnection(
  before: ConnectionStatus,
  { state, reason }: ConnectionStatus,
): ConnectionStatus {
  if (state === "connecting" && before.state === "offline") return before;
  return { state, ...(reason !== undefined && { reason }) };
}
