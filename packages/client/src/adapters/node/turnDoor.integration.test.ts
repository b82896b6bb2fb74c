import type { Socket } from "node:dgram";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { IceServer } from "node-datachannel";
import { afterEach, expect, test } from "vitest";
import type { TurnDoor } from "./turnDoor.ts";
import { openTurnDoor } from "./turnDoor.ts";

const sockets: Socket[] = [];
const doors: TurnDoor[] = [];
afterEach(() => {
  for (const one of [...sockets.splice(0), ...doors.splice(0)]) one.close();
});

async function socketOn(address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}

/** Answers each packet with itself and the port from which it came. */
async function openEcho(): Promise<IceServer> {
  const echo = await socketOn("127.0.0.2");
  echo.on("message", (packet, { port, address }) => echo.send(`${String(packet)} ${port}`, port, address));
  return {
    hostname: "127.0.0.2",
    port: echo.address().port,
    username: "u",
    password: "p",
    relayType: "TurnUdp",
  };
}

async function open(servers: readonly IceServer[]): Promise<TurnDoor> {
  const door = await openTurnDoor(servers);
  doors.push(door);
  return door;
}

test("ATK-14: what the link sends to loopback reaches its TURN server, and the answer comes back", async () => {
  const echo = await openEcho();
  const { servers, bindAddress } = await open([echo]);
  expect(servers).toEqual([{ ...echo, hostname: "127.0.0.1", port: expect.any(Number) }]);
  const link = await socketOn(bindAddress);
  link.send("allocate", servers[0]?.port ?? 0, "127.0.0.1");
  const [answer] = await once(link, "message");
  expect(String(answer)).toMatch(/^allocate \d+$/);
  expect(String(answer)).not.toBe(`allocate ${link.address().port}`);
});

test("each server has a way of its own", async () => {
  const { servers, bindAddress } = await open([await openEcho(), await openEcho()]);
  const link = await socketOn(bindAddress);
  const heard: string[] = [];
  link.on("message", (packet, { port }) => heard.push(`${String(packet).split(" ")[0]} ${port}`));
  for (const [i, { port }] of servers.entries()) link.send(`to-${i}`, port, "127.0.0.1");
  await expect.poll(() => heard.length).toBe(2);
  expect(heard.toSorted()).toEqual(servers.map(({ port }, i) => `to-${i} ${port}`));
});

test("another program of this machine gets nothing through once the link has sent", async () => {
  const { servers, bindAddress } = await open([await openEcho()]);
  const [link, other] = [await socketOn(bindAddress), await socketOn(bindAddress)];
  const port = servers[0]?.port ?? 0;
  const heard: string[] = [];
  link.on("message", (packet) => heard.push(String(packet).split(" ")[0] ?? ""));
  other.on("message", () => heard.push("by the other"));
  link.send("first", port, "127.0.0.1");
  await expect.poll(() => heard).toEqual(["first"]);
  other.send("foreign", port, "127.0.0.1");
  link.send("second", port, "127.0.0.1");
  await expect.poll(() => heard).toEqual(["first", "second"]);
});

test("STUN servers have no door, and neither has a name that cannot be found", async () => {
  const stun: IceServer = { hostname: "127.0.0.2", port: 3478 };
  const unknown: IceServer = { ...(await openEcho()), hostname: "no-such-host.invalid" };
  expect((await open([stun, unknown])).servers).toEqual([]);
});

test("ATK-14: no packet leaves the machine from a socket on loopback", async () => {
  const link = await socketOn("127.0.0.1");
  const sent = new Promise((resolve) => link.send("check", 9, "192.0.2.1", resolve));
  // Linux refuses it (EINVAL), others have no such address to send from.
  expect(await sent).toBeInstanceOf(Error);
});
