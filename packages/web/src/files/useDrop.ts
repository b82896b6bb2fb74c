/** Files that are dragged over an element and dropped there, and what is pasted into it. */
import type { ClipboardEvent, DragEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { MAX_ATTACHMENTS } from "./attachment.ts";
import type { DroppedEntry, Given } from "./given.ts";
import { givenByDrop, givenByField } from "./given.ts";

export interface Drop {
  /** Files are over the element. */
  readonly over: boolean;
  readonly handlers: {
    readonly onDragEnter: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
    readonly onPaste: (event: ClipboardEvent) => void;
  };
}

/** @param onGiven with whether something of it was a folder; absent while nothing can be sent */
export function useDrop(onGiven: ((given: Given, folder: boolean) => void) | undefined): Drop {
  const [over, setOver] = useState(false);
  /** Elements inside that the pointer has entered and not left. */
  const depth = useRef(0);

  useEffect(() => {
    // A file dropped beside would otherwise be opened in place of the app.
    const refuse = (event: globalThis.DragEvent): void => {
      if (event.defaultPrevented || event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    };
    addEventListener("dragover", refuse);
    addEventListener("drop", refuse);
    return () => {
      removeEventListener("dragover", refuse);
      removeEventListener("drop", refuse);
    };
  }, []);

  const takes = ({ dataTransfer }: DragEvent): boolean =>
    onGiven !== undefined && dataTransfer.types.includes("Files");

  function end(): void {
    depth.current = 0;
    setOver(false);
  }

  return {
    over: over && onGiven !== undefined,
    handlers: {
      onDragEnter(event) {
        if (!takes(event)) return;
        event.preventDefault();
        depth.current++;
        setOver(true);
      },
      onDragOver(event) {
        if (!takes(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      },
      onDragLeave(event) {
        if (takes(event) && --depth.current <= 0) end();
      },
      onDrop(event) {
        end();
        if (!takes(event) || onGiven === undefined) return;
        event.preventDefault();
        // What is dropped can be asked only now.
        const entries = Array.from(event.dataTransfer.items).flatMap((item) => {
          const entry = item.webkitGetAsEntry() as DroppedEntry | null;
          return entry === null ? [] : [entry];
        });
        const plain = givenByField(event.dataTransfer.files, MAX_ATTACHMENTS);
        if (entries.length === 0) return onGiven(plain, false);
        const take = async (): Promise<void> => {
          const folder = entries.some(({ isDirectory }) => isDirectory);
          onGiven(await givenByDrop(entries, MAX_ATTACHMENTS), folder);
        };
        void take();
      },
      onPaste(event) {
        const { files, types } = event.clipboardData;
        // Words copied from a document come with a picture of them.
        if (onGiven === undefined || files.length === 0 || types.includes("text/plain")) return;
        event.preventDefault();
        onGiven(givenByField(files, MAX_ATTACHMENTS), false);
      },
    },
  };
}
