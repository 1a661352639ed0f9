import type { ReactNode } from "react";

import { shown } from "./when";

interface Props {
  /** ISO 8601 in UTC. */
  text: string;
  /** How it is said; date and time where the reader is, where nothing else is given. */
  children?: ReactNode;
}

/** A moment where the reader is, with the exact one in UTC for whoever points at it. */
export function Moment({ text, children }: Props) {
  return (
    <time dateTime={text} title={text}>
      {children ?? shown(text)}
    </time>
  );
}
