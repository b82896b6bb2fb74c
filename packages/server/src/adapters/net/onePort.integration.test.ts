import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import type { KeyPair } from "../tls/certificates.ts";
import { createAuthority } from "../tls/certificates.ts";
import type { TlsFiles } from "./onePort.ts";
import { listenOnePort } from "./onePort.ts";

async function files(): Promise<{ pair: KeyPair; tls: TlsFiles }> {
  const pair = await createAuthority({ domains: ["localhost"], networks: [] }, "pi4", Date.now());
  return { pair, tls: { cert: Buffer.from(pair.certificate), key: Buffer.from(pair.key) } };
}

test("S3 another certificate is served to connections that begin after it was set; open ones go on", async () => {
  const [first, second] = [await files(), await files()];
  const port = await listenOnePort({
    bindAddress: "127.0.0.1",
    port: 0,
    tls: first.tls,
    onRequest: (_, response) => response.end("still here"),
    onUpgrade: (_, socket) => socket.destroy(),
    admit: () => () => {},
  });
  const dial = async (): Promise<ReturnType<typeof connect>> => {
    const socket = connect({ host: "127.0.0.1", port: port.port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    return socket;
  };
  const shown = (socket: ReturnType<typeof connect>): string =>
    socket.getPeerX509Certificate()?.fingerprint256 ?? "";
  const before = await dial();
  expect(shown(before)).toBe(new X509Certificate(first.pair.certificate).fingerprint256);
  port.setTls(second.tls);
  const after = await dial();
  expect(shown(after)).toBe(new X509Certificate(second.pair.certificate).fingerprint256);
  before.write("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
  expect(String((await once(before, "data"))[0])).toMatch(/^HTTP\/1\.1 200/);
  for (const socket of [before, after]) socket.destroy();
  await port.close();
});
