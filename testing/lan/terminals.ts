/** What people at terminals of another machine meet. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { exitCode, openCliTerminal } from "../e2e/cliTerminal.ts";
import type { RpcClient } from "../support/rpcClient.ts";
import { startRpcClient } from "../support/rpcClient.ts";
import { runSotto } from "./programs.ts";
import type { Shown, Site } from "./site.ts";
import { PASSWORD, arrives, contactIs, contains, same } from "./site.ts";

export async function refusesWithoutFingerprint(site: Site, shown: Shown): Promise<void> {
  const { lan, scratch } = site;
  const home = join(scratch, "dave");
  const without = await runSotto(lan.client, home, registerArgs("dave", shown.url), PASSWORD);
  same([without.code, without.out], [4, ""]);
  contains(without.errors, shown.fingerprint);
  const wrong = await runSotto(lan.client, home, registerArgs("dave", shown.url, "ab".repeat(32)), PASSWORD);
  same([wrong.code, wrong.out], [4, ""]);
  contains(wrong.errors, shown.fingerprint);
  const again = await runSotto(lan.client, home, registerArgs("dave", shown.url), PASSWORD);
  same(again.code, 4);
}

export async function asksAPerson({ lan: { client }, scratch }: Site, shown: Shown): Promise<void> {
  const home = join(scratch, "erin");
  mkdirSync(home, { mode: 0o700 });
  for (const [answer, code] of [
    ["n", 4],
    ["y", 0],
  ] as const) {
    const args = ["register", "erin", "--server", shown.url];
    const terminal = openCliTerminal({ home, args, launcher: client.launcher });
    await terminal.shows(shown.fingerprint);
    await terminal.shows("Are they the same? [y/N] ");
    terminal.type(`${answer}\r`);
    for (const prompt of answer === "y" ? ["New password: ", "The same again: "] : []) {
      await terminal.shows(prompt);
      terminal.type(`${PASSWORD}\r`);
    }
    same(await exitCode(terminal), code);
  }
}

export async function talksWithFingerprint(
  { lan, scratch, onEnd }: Site,
  shown: Shown,
  bob: RpcClient,
): Promise<void> {
  const home = join(scratch, "dave");
  const ran = await runSotto(lan.client, home, registerArgs("dave", shown.url, shown.fingerprint), PASSWORD);
  same([ran.code, ran.errors], [0, ""]);
  const dave = await startRpcClient({ name: "dave", home, launcher: lan.client.launcher });
  onEnd(() => dave.kill());
  const asked = contactIs(bob, "dave", "incoming");
  await dave.call("contacts.add", { username: "bob" });
  await asked;
  const accepted = contactIs(dave, "bob", "accepted");
  await bob.call("contacts.accept", { username: "dave" });
  await accepted;
  const arrived = arrives(bob, "From a terminal");
  await dave.call("messages.send", { to: "@bob", text: "From a terminal" });
  await arrived;
  const answered = arrives(dave, "To a terminal");
  await bob.call("messages.send", { to: "@dave", text: "To a terminal" });
  await answered;
  await dave.close();
}

export async function refusesAnother({ lan, scratch }: Site, shown: Shown, another: string): Promise<void> {
  const home = join(scratch, "dave");
  const both = (text: string): void => {
    contains(text, shown.fingerprint);
    contains(text, another);
  };
  const sent = await runSotto(lan.client, home, ["send", "@bob", "to nobody"]);
  same(sent.out, "");
  both(sent.errors);
  const login = ["login", "dave", "--server", shown.url, "--password-stdin"];
  const refused = await runSotto(lan.client, home, login, PASSWORD);
  same([refused.code, refused.out], [4, ""]);
  both(refused.errors);
  const accepted = await runSotto(lan.client, home, [...login, "--fingerprint", another], PASSWORD);
  same([accepted.code, accepted.errors], [0, ""]);
  const late = await runSotto(lan.client, home, ["send", "@bob", "to the new one"]);
  same([late.code, late.out], [0, "Sent."]);
}

function registerArgs(name: string, url: string, fingerprint?: string): readonly string[] {
  const trust = fingerprint === undefined ? [] : ["--fingerprint", fingerprint];
  return ["register", name, "--server", url, "--password-stdin", ...trust];
}
