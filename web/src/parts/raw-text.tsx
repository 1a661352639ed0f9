import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { Group, SegmentedControl } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { jsonLook } from "./code-look";
import { CopyWide } from "./copy";
import { laidOut } from "./json";

/** A JSON text to read: laid out, or to the letter as it was received. */
export default function RawText({ text, label }: { text: string; label: string }) {
  const [form, setForm] = useState("laid out");
  const holder = useRef<HTMLDivElement>(null);
  const doc = form === "laid out" ? laidOut(text) : text;

  useEffect(() => {
    if (!holder.current) return;
    const view = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc,
        extensions: [
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": label }),
          keymap.of(foldKeymap),
          lineNumbers(),
          foldGutter(),
          bracketMatching(),
          json(),
          jsonLook,
        ],
      }),
    });
    return () => view.destroy();
  }, [doc, label]);

  return (
    <>
      <Group justify="space-between" mb="sm">
        <SegmentedControl
          size="xs"
          aria-label="Form of the text"
          value={form}
          onChange={setForm}
          data={[
            { value: "laid out", label: "Laid out" },
            { value: "received", label: "As received" },
          ]}
        />
        <CopyWide text={doc} what="text" />
      </Group>
      <div ref={holder} />
    </>
  );
}
