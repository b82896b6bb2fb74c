/** What the views show of a device, kept up to date by its events. */
import { useMemo, useSyncExternalStore } from "react";
import type { Contact, Conversation, PathMode, Sotto } from "sotto";
import type { ConnectionStatus } from "./connection.ts";
import { nextConnection } from "./connection.ts";
import { withFormer } from "./formerContacts.ts";
import type { People } from "./people.ts";
import { peopleOf } from "./people.ts";

export interface DeviceView {
  /** Those who are no contacts any more and have left messages on this device are `removed`. */
  readonly contacts: readonly Contact[];
  /** The one with the latest message first. */
  readonly conversations: readonly Conversation[];
  readonly connection: ConnectionStatus;
  /** Which way messages go where a conversation does not say otherwise. */
  readonly defaultPath: PathMode;
  /** One is not seen online, and sees nobody. */
  readonly presenceHidden: boolean;
  readonly people: People;
}

interface DeviceStore {
  readonly subscribe: (onChange: () => void) => () => void;
  readonly current: () => DeviceView;
}

/** Renders again whenever the device changes. */
export function useDeviceView(device: Sotto): DeviceView {
  const store = useMemo(() => createDeviceStore(device), [device]);
  return useSyncExternalStore(store.subscribe, store.current);
}

function createDeviceStore(device: Sotto): DeviceStore {
  let connection: ConnectionStatus = { state: device.connection };
  let view = read();
  return {
    subscribe(onChange) {
      const stop = device.on((event) => {
        if (event.type === "connection") connection = nextConnection(connection, event);
        view = read();
        onChange();
      });
      // Between the first look and this moment something may have happened.
      if (connection.state !== device.connection)
        connection = nextConnection(connection, { state: device.connection });
      view = read();
      return stop;
    },
    current: () => view,
  };

  function read(): DeviceView {
    const conversations = device.conversations.list();
    const contacts = withFormer(device.contacts.list(), conversations);
    return {
      contacts,
      conversations,
      connection,
      defaultPath: device.defaultPath,
      presenceHidden: device.presenceHidden,
      people: peopleOf(device, contacts),
    };
  }
}
