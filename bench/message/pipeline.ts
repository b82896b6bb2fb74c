/** alice writes to bob through a server: three processes, each with its own disk files. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeScratch, removeScratch } from "@sotto/testing/support/files.ts";
import { startServerProcess } from "@sotto/testing/support/serverProcess.ts";
import type { Burst } from "./orders.ts";
import type { Person } from "./people.ts";
import { startPerson } from "./people.ts";
import { cpuMsOf } from "./processCpu.ts";

export interface Pipeline {
  /** Sends so many messages at once and waits until they are shown to bob and acknowledged to alice. */
  burst(count: number, sizeBytes: number): Promise<PipelineBurst>;
  close(): Promise<void>;
}

export interface PipelineBurst {
  /** From the first send to the last message shown and acknowledged. */
  readonly totalMs: number;
  readonly sender: Burst;
  readonly recipient: Burst;
  readonly serverCpuMs: number;
}

export interface PipelineOptions {
  readonly suite: number;
  /** For the node of each person, by name. */
  readonly flags?: Readonly<Record<string, readonly string[]>>;
}

export async function startPipeline({ suite, flags = {} }: PipelineOptions): Promise<Pipeline> {
  const scratch = makeScratch("bench");
  const closers: (() => unknown)[] = [() => removeScratch(scratch)];
  const close = async (): Promise<void> => {
    for (const end of closers.toReversed()) await end();
  };
  try {
    const dataDir = join(scratch, "server");
    mkdirSync(dataDir, { mode: 0o700 });
    const server = await startServerProcess({ dataDir });
    closers.push(() => server.stop());
    const start = async (name: string): Promise<Person> => {
      const own = flags[name];
      const person = await startPerson({
        name,
        home: join(scratch, name),
        server: server.url,
        suite,
        ...(own !== undefined && { flags: own }),
      });
      closers.push(() => person.close());
      return person;
    };
    const alice = await start("alice");
    const bob = await start("bob");
    await Promise.all([
      alice.obey({ kind: "ask", userName: "bob" }),
      bob.obey({ kind: "accept", userName: "alice" }),
    ]);
    return {
      async burst(count, sizeBytes) {
        const cpuBefore = cpuMsOf(server.pid);
        await bob.obey({ kind: "await", count });
        const [sender, recipient] = await Promise.all([
          alice.send({ kind: "send", userName: "bob", count, sizeBytes }),
          bob.burst(),
        ]);
        return {
          totalMs: Math.max(sender.endedMs, recipient.endedMs) - sender.startedMs,
          sender,
          recipient,
          serverCpuMs: cpuMsOf(server.pid) - cpuBefore,
        };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
