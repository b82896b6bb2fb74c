/** The methods of files. A message's files are counted from 0, as `messages.list` shows them. */
import type { MessageId, TransferId } from "@sotto/protocol";
import { parseId } from "@sotto/protocol";
import type { Sotto } from "sotto";
import { findMessage, latestOffers, offersOf } from "../files/offers.ts";
import type { Offer } from "../files/offers.ts";
import { absolutePath } from "../files/places.ts";
import { saveOffers } from "../files/saveOffers.ts";
import { sendFiles } from "../files/sendFiles.ts";
import { CommandError } from "../problems.ts";
import { mustBeWritable, mustConversation } from "../sendText.ts";
import type { Params } from "./params.ts";
import {
  ParamError,
  conversationParam,
  optionalCount,
  optionalIndex,
  optionalText,
  targetParam,
  textParam,
} from "./params.ts";
import type { Json } from "./present.ts";
import { listedFileJson } from "./present.ts";

/** Files that one answer of `files.list` has unless asked for another number, and at most. */
const DEFAULT_LIST = 100;
const MAX_LIST = 1000;

export async function sendMethod(sotto: Sotto, params: Params): Promise<Json> {
  const target = targetParam(params, "to");
  const path = pathParam(params);
  const text = optionalText(params, "text");
  const { id } = mustBeWritable(sotto, target);
  const { ids, conversation, leftOut } = await sendFiles(sotto, id, path, text);
  return { id: ids[0], ids, conversation, ...(leftOut.length > 0 && { leftOut }) };
}

/** Waits until all is here and written, or `ended`. */
export async function saveMethod(sotto: Sotto, params: Params, ended: AbortSignal): Promise<Json> {
  const path = pathParam(params);
  const saved = await saveOffers(sotto, await offersParam(sotto, params), path, { signal: ended });
  const bytes = saved.reduce((sum, file) => sum + file.bytes, 0);
  return { bytes, paths: saved.map((file) => file.path) };
}

export async function listMethod(sotto: Sotto, params: Params): Promise<readonly Json[]> {
  const { id } = mustConversation(sotto, conversationParam(params, "conversation"));
  const offers = await latestOffers(sotto, id, optionalCount(params, "limit", MAX_LIST) ?? DEFAULT_LIST);
  const views = await sotto.files.views(offers.map(({ file }) => file.transfer));
  const byTransfer = new Map(views.map((view) => [view.transfer, view]));
  return offers.map((offer) => listedFileJson(sotto, offer, byTransfer.get(offer.file.transfer)));
}

/** Cancels, pauses or resumes the files of a message, one of them, or one by its transfer's id. */
export function actMethod(
  act: (files: Sotto["files"], transfer: TransferId) => Promise<void>,
): (sotto: Sotto, params: Params) => Promise<Json> {
  return async (sotto, params) => {
    const transfer = parseId<TransferId>(textParam(params, "id"));
    const [view] = transfer === undefined ? [] : await sotto.files.views([transfer]);
    const transfers =
      view === undefined
        ? (await offersParam(sotto, params)).map(({ file }) => file.transfer)
        : [view.transfer];
    for (const each of transfers) await act(sotto.files, each);
    return {};
  };
}

/** All files of the message `id`, or the one of the number `file`. */
async function offersParam(sotto: Sotto, params: Params): Promise<readonly Offer[]> {
  const id = parseId<MessageId>(textParam(params, "id"));
  if (id === undefined) throw new ParamError("id is a message's id: 32 hexadecimal digits.");
  const index = optionalIndex(params, "file");
  const message = await findMessage(sotto, id);
  const offers = message === undefined ? [] : offersOf(message);
  const chosen = index === undefined ? offers : offers.slice(index, index + 1);
  if (chosen.length === 0)
    throw new CommandError("unknownFile", "There is no such file in a message of that id on this device.");
  return chosen;
}

function pathParam(params: Params): string {
  return absolutePath(textParam(params, "path"), process.cwd());
}
