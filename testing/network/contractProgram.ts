/** Runs the contract of links on those of Node, on the machine where it is started; a line for each case. Ends by itself, as links let it. */
import { LINK_CONTRACT } from "sotto/link-contract";
import { createNodeLinks } from "sotto/node-links";

const maker = createNodeLinks();
if (maker === undefined) throw new Error("node-datachannel is not installed");
const site = { caller: maker, callee: maker, via: "local" } as const;

// One after the other, since links that are opened at once on a busy machine can fail; the long ones wait beside them.
const cases = LINK_CONTRACT.map((contract) => ({
  ...contract,
  report: async () => {
    const fault = await contract.run(site).then(
      () => null,
      (error: unknown) => String(error),
    );
    console.log(JSON.stringify({ name: contract.name, fault }));
  },
}));
const long = cases.filter((contract) => contract.long).map(({ report }) => report());
for (const { report } of cases.filter((contract) => !contract.long)) await report();
await Promise.all(long);
