/** Over the panes stands at most one notice: what stops everything, then warnings of conversations, then what settles by itself. */
import type { ReactNode } from "react";
import { useSyncExternalStore } from "react";
import type { Sotto } from "sotto";
import type { ConnectionStatus } from "../device/connection.ts";
import { connectionNotice } from "../text/sentences.ts";
import { useText } from "../text/text.ts";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { useWarnings } from "./useWarnings.ts";
import { WarningBanner } from "./WarningBanner.tsx";

export interface NoticesProps {
  readonly device: Sotto;
  readonly connection: ConnectionStatus;
}

export function Notices({ device, connection }: NoticesProps): ReactNode {
  const t = useText();
  const network = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  const notice = connectionNotice(connection, network, t);
  const { warnings, settle } = useWarnings(device);
  const stopped = notice?.tone === "stop";
  const warning = stopped ? undefined : warnings.at(-1);
  return (
    <>
      <div role="status">
        {warning === undefined && notice !== undefined && (
          <ConnectionBanner notice={notice} onSignIn={() => void device.close()} />
        )}
      </div>
      <div role="alert">
        {warning !== undefined && (
          <WarningBanner
            warning={warning}
            others={warnings.length - 1}
            onUnderstood={() => settle(warning)}
          />
        )}
      </div>
    </>
  );
}

function subscribeToNetwork(onChange: () => void): () => void {
  addEventListener("online", onChange);
  addEventListener("offline", onChange);
  return () => {
    removeEventListener("online", onChange);
    removeEventListener("offline", onChange);
  };
}
