/** A plain server of files and the two who use it, each a process on a machine of its own. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlacedWorld } from "@sotto/testing/paths/placedWorld.ts";
import { launched, startLineProcess } from "@sotto/testing/support/lineProcess.ts";
import { startOrderedProcess } from "../harness/orderedProcess.ts";
import type { HttpAnswer, HttpOrder } from "./ends/plainClient.ts";

export interface PlainPair {
  /** Milliseconds until the server has answered that it is durable there. */
  upload(path: string): Promise<number>;
  /** Milliseconds until it is durable here. */
  download(path: string): Promise<number>;
  close(): Promise<void>;
}

const PORT = 9443;

export async function startPlainPair(world: PlacedWorld): Promise<PlainPair> {
  const dir = join(world.scratch, "plain");
  const { namespace, address } = world.network.server;
  mkdirSync(dir);
  const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
  const names = ["-subj", "/CN=plain", "-addext", `subjectAltName=IP:${address}`];
  execFileSync("openssl", ["req", ...kind, ...names, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const ready = Promise.withResolvers<string>();
  const program = join(import.meta.dirname, "ends/plainServer.ts");
  const server = startLineProcess({
    command: launched(namespace.launcher, process.execPath, program, address, String(PORT), dir),
    onLine: ready.resolve,
  });
  const url = await ready.promise;
  const start = (name: string) => {
    const [execPath, ...execArgv] = launched(world.siteOf(name).namespace.launcher, process.execPath);
    const file = join(import.meta.dirname, "ends/plainClient.ts");
    const args = [url, readFileSync(cert, "utf8")];
    return startOrderedProcess<HttpOrder, HttpAnswer>({
      name: "plainClient",
      file,
      args,
      execPath,
      execArgv,
    });
  };
  const [alice, bob] = [await start("alice"), await start("bob")];
  const timed = async (client: typeof alice, order: HttpOrder): Promise<number> => {
    client.give(order);
    const said = await client.next();
    return said.kind === "done" ? said.ms : Number.NaN;
  };
  return {
    upload: (path) => timed(alice, { kind: "upload", path }),
    download: (path) => timed(bob, { kind: "download", path }),
    async close() {
      for (const client of [alice, bob]) await client.end({ kind: "close" });
      server.kill("SIGKILL");
      await server.exited;
    },
  };
}
