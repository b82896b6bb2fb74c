/** What a contact says of themselves. */
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import type { Contact, Sotto } from "sotto";
import styles from "./DetailsPane.module.css";

export interface BioProps {
  readonly device: Sotto;
  readonly contact: Contact;
}

export function Bio({ device, contact: { account } }: BioProps): ReactNode {
  const [bio, setBio] = useState("");
  useEffect(() => {
    let isShown = true;
    const read = async (): Promise<void> => {
      const words = await device.profile.bio(account).catch(() => "");
      if (isShown) setBio(words);
    };
    void read();
    const stop = device.on((event) => {
      if (event.type === "profile" && event.account === account) void read();
    });
    return () => {
      isShown = false;
      stop();
    };
  }, [device, account]);
  if (bio === "") return null;
  return (
    <p className={styles["bio"]} dir="auto">
      {bio}
    </p>
  );
}
