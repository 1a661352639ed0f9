import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Group, SegmentedControl } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { styleNonce } from "../nonce";
import { CopyWide } from "./copy";
import { laidOut } from "./json";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--ff-json-key)" },
  { tag: tags.string, color: "var(--ff-json-string)" },
  { tag: tags.number, color: "var(--ff-json-number)" },
  { tag: [tags.bool, tags.null], color: "var(--ff-json-word)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "12.5px", backgroundColor: "var(--ff-raised)", borderRadius: "8px" },
  "&.cm-focused": { outline: "2px solid var(--mantine-color-anchor)" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "1.6" },
  ".cm-gutters": {
    backgroundColor: "transparent",
    border: "none",
    color: "var(--mantine-color-dimmed)",
  },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--ff-surface)",
    border: "1px solid var(--ff-line)",
    color: "inherit",
  },
});

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
          EditorView.cspNonce.of(styleNonce),
          EditorState.readOnly.of(true),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          keymap.of(foldKeymap),
          lineNumbers(),
          foldGutter(),
          bracketMatching(),
          json(),
          syntaxHighlighting(colours),
          look,
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
