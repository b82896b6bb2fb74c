/** `sotto files` and `sotto save`: what was sent in a conversation, and onto the disk with it. */
import type { Sotto } from "sotto";
import type { Invocation } from "../command.ts";
import { flagText } from "../command.ts";
import type { Offer } from "../files/offers.ts";
import { latestOffers } from "../files/offers.ts";
import { absolutePath } from "../files/places.ts";
import { createProgress } from "../files/progress.ts";
import { saveOffers } from "../files/saveOffers.ts";
import { CommandError, EXIT, UsageError } from "../problems.ts";
import { sanitizeLine } from "../sanitize.ts";
import { mustConversation } from "../sendText.ts";
import { print } from "../shell.ts";
import { shownFileName, sizeText, stateWords } from "../show/fileWords.ts";
import { withSotto } from "../sottoHome.ts";
import type { Target } from "../target.ts";
import { parseTarget } from "../target.ts";
import { connectionSettled, newsSettled } from "../waiting.ts";

/** Files that are listed, and among which one is looked for. */
const SHOWN = 100;
/** Of a transfer's id: enough to tell a hundred apart. */
const ID_CHARS = 8;

export async function files(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const target = mustTarget(args[0]);
  return withSotto(invocation, async (sotto) => {
    const offers = await offersOf(sotto, target);
    const views = await sotto.files.views(offers.map(({ file }) => file.transfer));
    const byTransfer = new Map(views.map((view) => [view.transfer, view]));
    for (const { file, message } of offers) {
      const view = byTransfer.get(file.transfer);
      const state = view === undefined ? "removed" : stateWords(view);
      const what = `${idOf(file)}  ${shownFileName(file.path)}  ${sizeText(file.sizeBytes)}`;
      print(shell, `${what}  ${message.mine ? "sent" : "received"}, ${state}`);
    }
    return EXIT.done;
  });
}

export async function save(invocation: Invocation): Promise<number> {
  const { shell, args } = invocation;
  const target = mustTarget(args[0]);
  const id = args[1];
  const path = absolutePath(flagText(invocation, "to") ?? ".", shell.cwd);
  const stop = shell.stopSignal();
  return withSotto(invocation, async (sotto) => {
    const offers = chosen(await offersOf(sotto, target), id);
    const progress = createProgress(shell);
    try {
      await saveOffers(sotto, offers, path, {
        signal: stop,
        onView: progress.show,
        onSaved({ bytes, path: saved }) {
          progress.end();
          print(shell, `Saved ${sizeText(bytes)} to ${sanitizeLine(saved)}`);
        },
      });
    } finally {
      progress.end();
    }
    return EXIT.done;
  });
}

/** The latest, with those that waited at the server. */
async function offersOf(sotto: Sotto, target: Target): Promise<readonly Offer[]> {
  const { id } = mustConversation(sotto, target);
  if ((await connectionSettled(sotto)).state === "online") await newsSettled(sotto);
  return latestOffers(sotto, id, SHOWN);
}

/** The one whose id begins so; without an id those of the latest message of the other's. */
function chosen(offers: readonly Offer[], id: string | undefined): readonly Offer[] {
  const last = offers.findLast(({ message }) => !message.mine)?.message;
  const found =
    id === undefined
      ? offers.filter(({ message }) => message === last)
      : offers.filter(({ file }) => id.length >= ID_CHARS && file.transfer.startsWith(id));
  if (found.length > 0 && (id === undefined || found.length === 1)) return found;
  throw new CommandError(
    "unknownFile",
    id === undefined
      ? "Nobody has sent a file here lately."
      : "There is no such file. sotto files lists them.",
  );
}

function idOf({ transfer }: Offer["file"]): string {
  return transfer.slice(0, ID_CHARS);
}

function mustTarget(text = ""): Target {
  const target = parseTarget(text);
  if (target === undefined) throw new UsageError("Name whose files: @NAME, or '#CONVERSATION' in quotes.");
  return target;
}
