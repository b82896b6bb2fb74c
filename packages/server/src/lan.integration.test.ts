/** The server on every address of this machine: who is served how, and what it shows of itself. Nothing leaves the machine. */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { get } from "node:https";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lanAddresses } from "./adapters/tls/names.ts";
import { networkInterfaces } from "node:os";
import { startTestServer } from "./testing/runningServer.ts";

const machine = {
  bindAddress: "0.0.0.0",
  interfaces: networkInterfaces(),
  hostName: "",
  publicHost: undefined,
};
const [address] = lanAddresses(machine);

describe.skipIf(address === undefined)("S3 a server that makes its own authority", () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  beforeAll(async () => {
    server = await startTestServer({ bindAddress: "0.0.0.0" });
  });
  afterAll(() => server.stop());

  async function ask(
    url: string,
    ca: string | undefined,
  ): Promise<{ status: number | undefined; body: string }> {
    const [answer] = (await once(
      get(url, { ...(ca !== undefined && { ca }), agent: false }),
      "response",
    )) as [IncomingMessage];
    return { status: answer.statusCode, body: await text(answer) };
  }

  test("this machine is served over plain http, others over https by who trusts the authority", async () => {
    expect(server.url).toBe(`http://localhost:${server.port}`);
    expect(server.lanUrls).toContain(`https://${address}:${server.port}`);
    expect((await fetch(`${server.url}/v1/info`)).status).toBe(200);
    const elsewhere = `http://${address}:${server.port}`;
    const told = await fetch(`${elsewhere}/v1/info`);
    expect([told.status, await told.text()]).toEqual([
      403,
      `https is needed: https://${address}:${server.port}\n`,
    ]);

    const download = await fetch(`${elsewhere}/authority.crt`);
    expect(download.headers.get("content-type")).toBe("application/x-x509-ca-cert");
    const certificate = new X509Certificate(Buffer.from(await download.arrayBuffer()));
    expect(certificate.fingerprint256).toBe(server.fingerprint);
    const secure = `https://${address}:${server.port}`;
    expect((await ask(`${secure}/v1/info`, certificate.toString())).status).toBe(200);
    expect((await ask(`https://localhost:${server.port}/v1/info`, certificate.toString())).status).toBe(200);
    expect((await ask(`${secure}/authority.crt`, certificate.toString())).status).toBe(200);
    await expect(ask(`${secure}/v1/info`, undefined)).rejects.toMatchObject({
      code: "SELF_SIGNED_CERT_IN_CHAIN",
    });
  });

  test("nothing but the authority and the page is had over plain http", async () => {
    for (const path of ["/", "/authority.crt/x", "/authority.crt?x", "/assets/x.js", "/v1/vault"])
      expect((await fetch(`http://${address}:${server.port}${path}`)).status).toBe(403);
    const posted = await fetch(`http://${address}:${server.port}/authority.crt`, {
      method: "POST",
      body: "x",
    });
    expect(posted.status).toBe(403);
  });

  test("with tls.selfMade off there is no https, and the page says what to do", async () => {
    const off = await startTestServer({
      bindAddress: "0.0.0.0",
      tls: { certFile: null, keyFile: null, selfMade: false },
    });
    const answer = await fetch(`http://${address}:${off.port}/`, { headers: { accept: "text/html" } });
    expect(await answer.text()).toContain("tls.selfMade");
    expect([off.lanUrls, off.fingerprint]).toEqual([[], null]);
    await expect(fetch(`https://${address}:${off.port}/`)).rejects.toThrow();
    expect((await fetch(`http://${address}:${off.port}/authority.crt`)).status).toBe(403);
    await off.stop();
  });
});

test.each([
  ["loopback alone is served", {}],
  ["a proxy sees to https", { bindAddress: "0.0.0.0", trustedProxies: ["192.0.2.1"] }],
])("S3 no authority is made where %s", async (_, changes) => {
  const server = await startTestServer(changes);
  expect([server.fingerprint, server.lanUrls]).toEqual([null, []]);
  await server.stop();
});
