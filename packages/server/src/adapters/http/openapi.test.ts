import { ROUTES } from "@sotto/protocol";
import { expect, test } from "vitest";
import { openApiDocument } from "./openapi.ts";

interface Operation {
  readonly operationId: string;
  readonly security?: object[];
  readonly requestBody?: { readonly content: object };
}

test("every route is described, with its access and its body", () => {
  const { paths } = openApiDocument() as { paths: Record<string, Record<string, Operation>> };
  for (const [name, { method, path, access }] of Object.entries(ROUTES)) {
    const operation = paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    expect(operation?.operationId).toBe(name);
    expect(operation?.security !== undefined).toBe(access !== "open");
    expect(operation?.requestBody !== undefined).toBe(method === "POST" || method === "PUT");
  }
});
