import { describeExecutor } from "../../ports/requestExecutor.contract.ts";
import { createRuleWorld } from "../../testing/ruleWorld.ts";
import { createMemoryExecutor } from "./memoryExecutor.ts";

describeExecutor("memory", async (onNotices) => createMemoryExecutor(createRuleWorld().batch, onNotices));
