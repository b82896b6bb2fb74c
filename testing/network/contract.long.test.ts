/** The contract of links on those of Node, on a machine of its own with two addresses. */
import { fileURLToPath } from "node:url";
import { LINK_CONTRACT } from "sotto/link-contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PATIENCE_MS, withDeadline } from "../support/deadline.ts";
import type { LineProcess } from "../support/lineProcess.ts";
import { launched, startLineProcess } from "../support/lineProcess.ts";
import { ip, whyNoNamespaces } from "./namespaces.ts";
import type { Network } from "./network.ts";
import { needsNft, openNetwork } from "./network.ts";

const missing = whyNoNamespaces(needsNft);

describe.skipIf(missing !== undefined)(`links of node-datachannel${missing ? `: ${missing}` : ""}`, () => {
  const outcomes = new Map(LINK_CONTRACT.map(({ name }) => [name, Promise.withResolvers<string | null>()]));
  let network: Network;
  let program: LineProcess;

  beforeAll(() => {
    network = openNetwork();
    const { namespace } = network.addSite("open");
    ip("-n", namespace.name, "addr", "add", "198.51.100.200/24", "dev", "wan");
    const path = fileURLToPath(new URL("contractProgram.ts", import.meta.url));
    program = startLineProcess({
      command: launched(namespace.launcher, process.execPath, path),
      onLine(line) {
        const { name, fault } = JSON.parse(line) as { readonly name: string; readonly fault: string | null };
        outcomes.get(name)?.resolve(fault);
      },
    });
    const giveUp = (): void => {
      for (const { resolve } of outcomes.values()) resolve(`the program has ended: ${program.errors()}`);
    };
    void program.exited.then(giveUp);
  });
  afterAll(() => {
    program.kill("SIGKILL");
    network.close();
  });

  test.each(LINK_CONTRACT)("$name", async ({ name }) => {
    expect(await outcomes.get(name)?.promise).toBeNull();
  });

  test("when all links are closed the program ends by itself", async () => {
    await Promise.all([...outcomes.values()].map(({ promise }) => promise));
    const exit = await withDeadline("the end", PATIENCE_MS, program.exited);
    expect([exit, program.errors()]).toEqual([{ code: 0, signal: null }, ""]);
  });
});
