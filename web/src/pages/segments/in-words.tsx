import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { lists, segments } from "../../api/queries";
import type { Condition } from "./definition";
import css from "./segments.module.css";
import { type Called, inWords, type Words } from "./words";

/** How lists and segments are called, as far as that is known. */
export function useCalled(): Called {
  const { data: listed } = useQuery(lists);
  const { data: grouped } = useQuery(segments);
  return {
    list: (id) => listed?.lists.find((each) => each.id === id)?.name ?? String(id),
    segment: (id) => grouped?.segments.find((each) => each.id === id)?.name ?? String(id),
  };
}

interface Props {
  condition: Condition;
  /** What stands beside the condition at that place. */
  beside?: (place: string) => ReactNode;
}

/** A definition as nested sentences. */
export function InWords({ condition, beside }: Props) {
  const words = inWords(condition, useCalled());
  return (
    <ul className={css.words}>
      <Said words={words} beside={beside} />
    </ul>
  );
}

function Said({ words, beside }: { words: Words; beside: Props["beside"] }) {
  return (
    <li>
      {words.of.length > 0 ? <Badge color="gray">{words.text}</Badge> : words.text}
      {beside?.(words.place)}
      {words.of.length > 0 && (
        <ul>
          {words.of.map((part) => (
            <Said key={part.place} words={part} beside={beside} />
          ))}
        </ul>
      )}
    </li>
  );
}
