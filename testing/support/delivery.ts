/** What became of messages on their way from one person to another. */

export interface Delivery {
  /** Sent and not received. */
  readonly lost: number;
  /** Copies beyond the first. */
  readonly doubled: number;
  /** Received behind one that was sent later. */
  readonly reordered: number;
  /** Received and never sent. */
  readonly foreign: number;
}

export const NOTHING_WRONG: Delivery = { lost: 0, doubled: 0, reordered: 0, foreign: 0 };

/** Compares texts in the order of sending, all different, with those in the order of receiving. */
export function compareDelivery(sent: readonly string[], received: readonly string[]): Delivery {
  const place = new Map(sent.map((text, i) => [text, i]));
  const seen = new Set<number>();
  let [highest, doubled, reordered, foreign] = [-1, 0, 0, 0];
  for (const text of received) {
    const i = place.get(text);
    if (i === undefined) foreign++;
    else if (seen.has(i)) doubled++;
    else {
      seen.add(i);
      if (i < highest) reordered++;
      highest = Math.max(highest, i);
    }
  }
  return { lost: sent.length - seen.size, doubled, reordered, foreign };
}

export function addDeliveries(a: Delivery, b: Delivery): Delivery {
  return {
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    reordered: a.reordered + b.reordered,
    foreign: a.foreign + b.foreign,
  };
}
