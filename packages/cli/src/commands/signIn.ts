/** `sotto register` and `sotto login`: put an account into the home. */
import type { Invocation } from "../command.ts";
import { flagText } from "../command.ts";
import { serverUrl } from "../config/keys.ts";
import { loadConfig } from "../config/loadConfig.ts";
import { askPasswords } from "../password.ts";
import { EXIT, UsageError } from "../problems.ts";
import { fingerprintFlag, settleTrust } from "../serverTrust.ts";
import { bareName } from "../target.ts";
import { print } from "../shell.ts";

export async function register(invocation: Invocation): Promise<number> {
  const { shell, home, args, flags } = invocation;
  const userName = bareName(args[0] ?? "");
  const server = await trustedServer(invocation);
  const fromStdin = flags.has("password-stdin");
  const [password = "", again] = await askPasswords(
    shell,
    fromStdin ? ["Password: "] : ["New password: ", "The same again: "],
    fromStdin,
  );
  if (again !== undefined && again !== password) throw new UsageError("The two passwords differ.");
  const sotto = await (await shell.openHome(home)).register({ server, userName, password });
  await sotto.close();
  print(shell, `Registered ${userName} at ${server}. This device is signed in.`);
  return EXIT.done;
}

export async function login(invocation: Invocation): Promise<number> {
  const { shell, home, args, flags } = invocation;
  const userName = bareName(args[0] ?? "");
  const server = await trustedServer(invocation);
  const [password = ""] = await askPasswords(shell, ["Password: "], flags.has("password-stdin"));
  const move = flags.has("move");
  const sotto = await (await shell.openHome(home)).login({ server, userName, password, move });
  await sotto.close();
  print(shell, `Signed in as ${userName} at ${server}.`);
  return EXIT.done;
}

/** The address of the flag or the configuration, once its certificate is settled. */
async function trustedServer(invocation: Invocation): Promise<string> {
  const { shell, home, clientConfig } = invocation;
  const flag = fingerprintFlag(flagText(invocation, "fingerprint"));
  const config = await loadConfig({ home, clientConfig, env: shell.env, cwd: shell.cwd });
  const server = flagText(invocation, "server") ?? serverUrl(config);
  await settleTrust(shell, { dir: home, server }, flag ?? config.serverFingerprint ?? undefined);
  return server;
}
