/** A page built by Vite and served by the real server, under its security headers. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerConfig } from "@sotto/server";
import { createLog, defaultConfig, startServer } from "@sotto/server";

const ROOT = join(import.meta.dirname, "../..");

export interface Site {
  /** `http://localhost:port`: a secure context without a certificate. */
  readonly origin: string;
  /** Of the built files. */
  readonly distDir: string;
  /** The server's. */
  readonly dataDir: string;
  /** A new folder under the site's own, removed with it. */
  folder(name: string): string;
  /** The server ends and comes back on the same port with the same data. */
  restartServer(whileDown: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param source folder of the index.html, from the repository's root
 * @param limits of the server, in place of its own
 * @param env of the build, besides this process's
 */
export async function openSite(
  source: string,
  limits: Partial<ServerConfig["limits"]> = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Site> {
  const config = defaultConfig();
  const dir = mkdtempSync(join(tmpdir(), "sotto-site-"));
  const distDir = join(dir, "dist");
  await buildSite(source, distDir, env);
  const start = (port: number): ReturnType<typeof startServer> =>
    startServer({
      config: {
        ...config,
        dataDir: join(dir, "server"),
        bindAddress: "127.0.0.1",
        port,
        limits: { ...config.limits, ...limits },
      },
      log: createLog({ level: "silent", json: true, write: () => {} }),
      webAppDir: distDir,
    });
  let server = await start(0);
  return {
    origin: `http://localhost:${server.port}`,
    distDir,
    dataDir: join(dir, "server"),
    folder: (name) => join(dir, name),
    async restartServer(whileDown) {
      await server.close();
      await whileDown();
      server = await start(server.port);
    },
    async close() {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** @param source folder of the index.html, from the repository's root */
export function buildSite(source: string, outDir: string, extra: NodeJS.ProcessEnv = {}): Promise<void> {
  const vite = join(ROOT, "node_modules/vite/bin/vite.js");
  const args = [vite, "build", "--outDir", outDir, "--emptyOutDir", "--logLevel", "error"];
  return new Promise((resolve, reject) => {
    // The test runner names itself in NODE_ENV, and React would be built for development.
    const env = { ...process.env, ...extra, NODE_ENV: "production" };
    const child = spawn(process.execPath, args, { cwd: join(ROOT, source), stdio: "inherit", env });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`vite build ended with ${code}`)),
    );
  });
}
