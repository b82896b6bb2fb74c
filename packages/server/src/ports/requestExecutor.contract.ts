/** What every executor promises. Adapters call {@link describeExecutor} from their tests. */
import { decodeServerFrame } from "@sotto/protocol";
import { describe, expect, test } from "vitest";
import { makeAccount, registration } from "../testing/people.ts";
import { adding, groupRequest, handshakeRequest, postRequest, refusal, value } from "../testing/ruleWorld.ts";
import type { NoticeListener, RequestExecutor } from "./requestExecutor.ts";

/** The texts that wait in the mailbox of a session's device. */
export async function textsOf(executor: RequestExecutor, session: string): Promise<string[]> {
  const read = { type: "readMailbox", sender: { session, connection: null }, after: 0 } as const;
  const { entries } = value(await executor.execute({ ...read, maxEntries: 1e6, maxBytes: 1e9 }));
  return entries.flatMap(({ frame }) => {
    const entry = decodeServerFrame(frame);
    return entry?.type === "message" ? [new TextDecoder().decode(entry.ciphertext)] : [];
  });
}

/** Runs the suite; `open` makes an executor over an empty store. */
export function describeExecutor(
  name: string,
  open: (onNotices: NoticeListener) => Promise<RequestExecutor>,
): void {
  describe(`executor contract: ${name}`, () => {
    test("DB-5 requests run in the order of the calls, and each is told of before it is answered", async () => {
      const told = new Set<number>();
      let count = 0;
      const executor = await open((notices) => {
        for (const notice of notices) if (notice.type === "delivered") told.add((count += 1));
      });
      const [alice, bob] = [makeAccount("alice"), makeAccount("bob")];
      const asked = [
        executor.execute(registration(alice)),
        executor.execute(registration(bob)),
        executor.execute(groupRequest(alice.device, "g", adding(bob.device.mailbox), { kind: "pair" })),
        executor.execute(handshakeRequest(bob.device, "g", 2)),
      ];
      for (const result of await Promise.all(asked)) expect(result.ok).toBe(true);
      const before = count;
      const late: number[] = [];
      const posts = Array.from({ length: 600 }, async (_, i) => {
        const result = await executor.execute(postRequest(alice.device, "g", 2, `${i}`));
        if (!result.ok || !told.has(before + i + 1)) late.push(i);
      });
      await Promise.all(posts);
      expect(late).toEqual([]);
      expect(await textsOf(executor, bob.device.session)).toEqual(
        Array.from({ length: 600 }, (_, i) => `${i}`),
      );
      await executor.close();
    });

    test("DB-5 close runs what was accepted, then refuses", async () => {
      const executor = await open(() => {});
      const accepted = executor.execute({ type: "info" });
      const closed = executor.close();
      const late = executor.execute({ type: "info" });
      expect((await accepted).ok).toBe(true);
      expect(await late).toEqual(refusal("unavailable"));
      await closed;
      await executor.close();
    });
  });
}
