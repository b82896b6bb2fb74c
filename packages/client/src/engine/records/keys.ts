import type { AccountId, ConversationId, MessageId } from "@sotto/protocol";
import { codecOf, uint } from "@sotto/protocol";
import { MAX_ORDER } from "../order.ts";

/** Digits of the largest order. */
const ORDER_DIGITS = String(MAX_ORDER).length;

/** Keys sort as their numbers do. */
export function orderKey(conversation: ConversationId, order: number): string {
  return `${conversation}/${String(order).padStart(ORDER_DIGITS, "0")}`;
}

export function messageIdKey(conversation: ConversationId, message: MessageId, from: AccountId): string {
  return `${conversation}/${message}/${from}`;
}

const orderCodec = codecOf(uint());

export const encodeOrder: (order: number) => Uint8Array = orderCodec.encode;
export const decodeOrder: (bytes: Uint8Array) => number | undefined = orderCodec.decode;
