/** What durability costs: our server against relays that keep nothing. */
import type { Contest } from "../harness/contest.ts";
import { LOAD_CORE, pinThisProcess, SERVER_CORE } from "../harness/pinnedServer.ts";
import { bareWs } from "./bareWs.ts";
import { durable } from "./durable.ts";
import { MESSAGE_BYTES, WINDOW } from "./load.ts";
import { socketIo } from "./socketIo.ts";

const PAIRS = 200;

pinThisProcess();

export const relay: Contest = {
  name: "relay",
  summary:
    `${MESSAGE_BYTES}-byte messages through a server on core ${SERVER_CORE}, load on core ${LOAD_CORE}: ${2 * PAIRS} connections in ${PAIRS} pairs, ` +
    `${WINDOW} messages of a pair on their way. CPU time is the server's whole process, all threads, user and system.`,
  rounds: 5,
  columns: [
    { key: "perCpuSecond", label: "messages/CPU-s", digits: 0 },
    { key: "perSecond", label: "messages/s", digits: 0 },
    { key: "serverShare", label: "server core %", digits: 0 },
    { key: "loadShare", label: "load core %", digits: 0 },
  ],
  peers: [durable(PAIRS), bareWs(PAIRS), socketIo(PAIRS)],
  ratios: [
    { name: "sotto over ws", column: "perCpuSecond", of: "sotto", to: "ws", atLeast: 0.5 },
    { name: "sotto over socket.io", column: "perCpuSecond", of: "sotto", to: "socket.io", atLeast: 1.8 },
  ],
  bounds: [],
};
