/** A server or network that misbehaves: answers of one endpoint are lost or altered on their way to the clients of this process. */

export type Answer = Readonly<Record<string, unknown>>;

/** The server does what is asked, and its answers never arrive, while `attempt` runs. */
export function losingAnswersOf(path: string, attempt: () => Promise<void>): Promise<void> {
  return withFetch(path, attempt, () => {
    throw new TypeError("the answer was lost");
  });
}

/** Answers of JSON are replaced while `attempt` runs. */
export function alteringAnswersOf(
  path: string,
  alter: (answer: Answer) => Answer,
  attempt: () => Promise<void>,
): Promise<void> {
  return withFetch(path, attempt, async (response) =>
    Response.json(alter((await response.json()) as Answer)),
  );
}

async function withFetch(
  path: string,
  attempt: () => Promise<void>,
  change: (response: Response) => Response | Promise<Response>,
): Promise<void> {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const url = input instanceof Request ? input.url : String(input);
    return url.endsWith(path) ? change(response) : response;
  };
  try {
    await attempt();
  } finally {
    globalThis.fetch = original;
  }
}
