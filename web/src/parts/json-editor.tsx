import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";

import { jsonLook } from "./code-look";

interface Props {
  /** The text to begin with; a change of it afterwards is not taken. */
  begin: string;
  change: (text: string) => void;
  label: string;
}

/** A JSON text to write. The Tab key leaves it, as it leaves any field. */
export default function JsonEditor({ begin, change, label }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const first = useRef(begin);
  const changed = useRef(change);
  changed.current = change;

  useEffect(() => {
    if (!holder.current) return;
    const view = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
          history(),
          indentOnInput(),
          keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap]),
          lineNumbers(),
          foldGutter(),
          bracketMatching(),
          json(),
          jsonLook,
        ],
      }),
    });
    return () => view.destroy();
  }, [label]);

  return <div ref={holder} />;
}
