/** One person whose client is killed and started again. */
import type { RpcClient } from "../support/rpcClient.ts";
import { RpcEnded } from "../support/rpcClient.ts";
import type { RpcEvent } from "../support/rpcContract.ts";
import type { World } from "../support/world.ts";

export interface Person {
  readonly name: string;
  /** The running client; waits while there is none. */
  client(): Promise<RpcClient>;
  /** The answer of the running client, or of the next one if that is killed before it has answered: for what may be asked twice. */
  ask<T>(question: (client: RpcClient) => Promise<T>): Promise<T>;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** Registers the person and starts the first client. `onEvent` sees the events of all of its clients. */
export async function createPerson(
  world: Pick<World, "register" | "startClient">,
  name: string,
  onEvent: (event: RpcEvent) => void,
): Promise<Person> {
  await world.register(name);
  let running = Promise.withResolvers<RpcClient>();
  async function start(): Promise<void> {
    const client = await world.startClient(name);
    client.on(onEvent);
    running.resolve(client);
  }
  await start();
  async function ask<T>(question: (client: RpcClient) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await question(await running.promise);
      } catch (error) {
        if (!(error instanceof RpcEnded)) throw error;
      }
    }
  }
  return {
    name,
    client: () => running.promise,
    ask,
    async kill() {
      const client = await running.promise;
      running = Promise.withResolvers();
      await client.kill();
    },
    restart: start,
  };
}
