/** Which way each user has chosen for each conversation, as their commands say: the engines are judged by it, so it is not asked of them. */
import type { ConversationId } from "@sotto/protocol";
import type { Command, CommandResult, PathMode } from "sotto/simulation";
import type { ClientNode } from "./clientNode.ts";

export interface ChosenPaths {
  readonly command: (client: ClientNode, number: number, request: Command) => void;
  done(client: ClientNode, number: number, result: CommandResult): void;
  /** Nobody knows which of the choices under way are stored. */
  readonly interrupted: (client: ClientNode) => void;
  /** `undefined` while it is being changed. */
  modeOf(client: ClientNode, conversation: ConversationId): PathMode | undefined;
}

type Choice = Extract<Command, { kind: "setPath" | "setDefaultPath" }>;

interface Chosen {
  fallback: PathMode;
  readonly paths: Map<ConversationId, PathMode>;
  readonly underway: Map<number, Choice>;
}

export function createChosenPaths(): ChosenPaths {
  const chosenBy = new Map<ClientNode, Chosen>();

  /** What the device's disk says, for a device of which nothing is known. */
  function chosen(client: ClientNode): Chosen | undefined {
    const known = chosenBy.get(client);
    const settings = client.engine?.state.settings;
    if (known !== undefined || settings === undefined) return known;
    const read = { fallback: settings.defaultPath, paths: new Map(settings.paths), underway: new Map() };
    chosenBy.set(client, read);
    return read;
  }

  return {
    command(client, number, request) {
      if (request.kind === "setPath" || request.kind === "setDefaultPath")
        chosen(client)?.underway.set(number, request);
    },
    done(client, number, { ok }) {
      const now = chosenBy.get(client);
      const choice = now?.underway.get(number);
      if (now === undefined || choice === undefined) return;
      now.underway.delete(number);
      if (!ok) return;
      if (choice.kind === "setDefaultPath") now.fallback = choice.path;
      else if (choice.path === null) now.paths.delete(choice.conversation);
      else now.paths.set(choice.conversation, choice.path);
    },
    interrupted: (client) => void chosenBy.delete(client),
    modeOf(client, conversation) {
      const now = chosen(client);
      if (now === undefined) return undefined;
      const isChanging = [...now.underway.values()].some(
        (choice) => choice.kind === "setDefaultPath" || choice.conversation === conversation,
      );
      return isChanging ? undefined : (now.paths.get(conversation) ?? now.fallback);
    },
  };
}
