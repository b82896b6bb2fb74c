/** One or two sentences while the server cannot be reached; nothing while it can. */
import type { ReactNode } from "react";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { ConnectionStatus } from "../device/connection.ts";
import { connectionNotice } from "../text/sentences.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import styles from "./ConnectionBanner.module.css";

/** A connection that is there within this time is not worth a word. */
const PATIENCE_MS = 800;

export interface ConnectionBannerProps {
  readonly connection: ConnectionStatus;
  readonly onSignIn: () => void;
}

export function ConnectionBanner({ connection, onSignIn }: ConnectionBannerProps): ReactNode {
  const network = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  const notice = connectionNotice(connection, network);
  const patient = useElapsed(notice !== undefined && notice.tone === "quiet", PATIENCE_MS);
  const shown = notice !== undefined && (notice.tone !== "quiet" || patient);
  return (
    <div role="status">
      {shown && (
        <div className={`${styles["banner"]} ${styles[notice.tone]}`}>
          <Icon name={notice.tone === "stop" ? "alert" : "cloudOff"} />
          <p>{notice.sentence}</p>
          {notice.signIn && (
            <Button look="outline" onPress={onSignIn}>
              Sign in again
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** True once `running` has been true for that long without a break. */
function useElapsed(running: boolean, ms: number): boolean {
  const [elapsed, setElapsed] = useState(false);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(() => setElapsed(true), ms);
    return () => {
      clearTimeout(timer);
      setElapsed(false);
    };
  }, [running, ms]);
  return elapsed;
}

function subscribeToNetwork(onChange: () => void): () => void {
  addEventListener("online", onChange);
  addEventListener("offline", onChange);
  return () => {
    removeEventListener("online", onChange);
    removeEventListener("offline", onChange);
  };
}
