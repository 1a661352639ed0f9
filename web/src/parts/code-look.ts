import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { styleNonce } from "../nonce";

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
  ".cm-cursor": { borderLeftColor: "currentColor" },
});

/** How every JSON text looks; its style elements carry the nonce of the page. */
export const jsonLook = [
  EditorView.cspNonce.of(styleNonce),
  EditorView.lineWrapping,
  syntaxHighlighting(colours),
  look,
];
