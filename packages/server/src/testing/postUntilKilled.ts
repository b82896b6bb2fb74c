/** A process for the crash test: two accounts, and one posts to the other as fast as it can; each acknowledged post is a line on stdout. */
import { openSqliteExecutor } from "../adapters/sqlite/executor.ts";
import { DEFAULT_RULE_SETTINGS } from "../engine/index.ts";
import { makeAccount, registration } from "./people.ts";
import { adding, groupRequest, handshakeRequest, postRequest, value } from "./ruleWorld.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: postUntilKilled FILE");

const executor = await openSqliteExecutor({
  file,
  settings: DEFAULT_RULE_SETTINGS,
  worker: new URL("../storeWorker.ts", import.meta.url),
  onNotices() {},
  onError(message) {
    throw new Error(message);
  },
});
const alice = makeAccount("alice");
const bob = makeAccount("bob");
value(await executor.execute(registration(alice)));
value(await executor.execute(registration(bob)));
value(await executor.execute(groupRequest(alice.device, "g", adding(bob.device.mailbox), { kind: "pair" })));
value(await executor.execute(handshakeRequest(bob.device, "g", 2)));
await say(`session ${bob.device.session}`);

/** Waits for a reader that is slower. */
function say(line: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
}

async function post(text: string): Promise<void> {
  const { results } = value(await executor.execute(postRequest(alice.device, "g", 2, text)));
  if (results[0]?.ok === true) await say(`acknowledged ${text}`);
}
for (let i = 0; ; i++) await Promise.all(Array.from({ length: 20 }, (_, j) => post(`${i}.${j}`)));
