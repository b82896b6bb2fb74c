/** A server or network that misbehaves: answers of one endpoint are lost or altered on their way to the clients of this process. */

export type Answer = Readonly<Record<string, unknown>>;

/** The server does what is asked, and its answers never arrive, while `attempt` runs. */
export function losingAnswersOf(path: string, attempt: () => Promise<void>): Promise<void> {
  return exchangingBy(path, attempt, async (send) => {
    await send();
    throw new TypeError("the answer was lost");
  });
}

/** Answers of JSON are replaced while `attempt` runs. */
export function alteringAnswersOf(
  path: string,
  alter: (answer: Answer) => Answer,
  attempt: () => Promise<void>,
): Promise<void> {
  return exchangingBy(path, attempt, async (send) => {
    const response = await send();
    return Response.json(alter((await response.json()) as Answer));
  });
}

/** Requests wait on this side of the network until `attempt` calls `release`. */
export function holdingRequestsTo(
  path: string,
  attempt: (release: () => void) => Promise<void>,
): Promise<void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  return exchangingBy(
    path,
    () => attempt(release),
    async (send) => {
      await released;
      return send();
    },
  );
}

async function exchangingBy(
  path: string,
  attempt: () => Promise<void>,
  exchange: (send: () => Promise<Response>) => Promise<Response>,
): Promise<void> {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const send = (): Promise<Response> => original(input, init);
    const url = input instanceof Request ? input.url : String(input);
    return url.endsWith(path) ? exchange(send) : send();
  };
  try {
    await attempt();
  } finally {
    globalThis.fetch = original;
  }
}
