import css from "./code.module.css";
import { CopyWide } from "./copy";

/** A text to copy; long lines scroll within. */
export function CodeBlock({ text, what }: { text: string; what: string }) {
  return (
    <div className={css.block}>
      <div className={css.copy}>
        <CopyWide text={text} what={what} />
      </div>
      <pre className={css.text} tabIndex={0} aria-label={what} role="region">
        <code>{text}</code>
      </pre>
    </div>
  );
}

/** One short text with its button. */
export function CopyLine({ text, what }: { text: string; what: string }) {
  return (
    <div className={css.line}>
      <code className={css.lineText}>{text}</code>
      <CopyWide text={text} what={what} />
    </div>
  );
}
