import { createCast } from "./people.ts";
import { runScenario } from "./scenario.ts";
import { STAND_IN } from "./tier.ts";
const n = Number(process.argv[2] ?? 10), from = Number(process.argv[3] ?? 1);
const trace = process.argv.includes("--trace");
const cast = await createCast(STAND_IN);
const t = performance.now();
const rules = new Map<string, number[]>();
let steps=0,msgs=0;
for (let seed = from; seed < from + n; seed++) {
  const r = await runScenario({ cast, seed, mutation: {}, ...(trace && { onLine: (l: string) => console.log(l) }) });
  steps+=r.steps; msgs+=r.messages;
  if (r.violations.length) { const v=r.violations[0]!; rules.set(v.rule,[...(rules.get(v.rule)??[]),seed]); if (n<=60) console.log(seed, [...r.faults.keys()].join(","), "\n    ", r.violations.slice(0,3).map(v=>v.rule+": "+v.detail).join("\n     ")); }
  if (trace) console.log(r);
}
console.log(rules, (performance.now()-t)/n, "ms each", steps/n, "steps", msgs/n);
