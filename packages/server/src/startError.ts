/** Why a server did not start. The message is one sentence for the operator. */
export type StartReason = "dataDir" | "locked" | "secret" | "tls" | "database" | "listen";

export class StartError extends Error {
  override readonly name = "StartError";
  readonly reason: StartReason;

  constructor(reason: StartReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The system's code of an error, such as EACCES, for use in a sentence. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "unknown error";
}
