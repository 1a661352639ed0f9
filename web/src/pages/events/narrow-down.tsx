import { Text, UnstyledButton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { facets, histogram } from "../../api/queries";
import css from "./events.module.css";
import type { EventFilter, FilterText } from "./filter";
import { shown } from "../../parts/when";
import { BUCKETS } from "./over-time";
import { shortest } from "./suggestions";
import { useFound } from "./use-rows";

const FEW = 8;

interface Props {
  text: FilterText;
  filter: EventFilter;
  change: (text: FilterText) => void;
}

/** What the events that match are called and what they have, with numbers; a click narrows to it. */
export function NarrowDown({ text, filter, change }: Props) {
  const later = { enabled: useFound(filter), placeholderData: keepPreviousData };
  const counts = useQuery({ ...histogram(filter, BUCKETS), ...later });
  const found = useQuery({ ...facets(filter), ...later });
  const names = new Map<string, number>();
  for (const { name, count } of counts.data?.buckets ?? []) {
    names.set(name, (names.get(name) ?? 0) + count);
  }
  const byCount = [...names].toSorted(([, one], [, other]) => other - one);
  return (
    <aside className={css.facets} aria-label="Narrow down">
      <Facet title="Event">
        {byCount.map(([name, count]) => (
          <Choice
            key={name}
            label={name}
            count={count}
            chosen={text.names.includes(name)}
            choose={() => change({ ...text, names: toggled(text.names, name) })}
          />
        ))}
      </Facet>
      {counts.data && found.data?.properties.map(({ path, values }) => (
        <Facet key={path} title={path} mono>
          {values.map(({ value, count }) => {
            const condition = `${path}=${shortest(value)}`;
            return (
              <Choice
                key={value}
                label={value === '""' ? "empty" : shortest(value)}
                count={count}
                chosen={text.where.includes(condition)}
                choose={() => change({ ...text, where: toggled(text.where, condition) })}
              />
            );
          })}
        </Facet>
      ))}
      {found.data && found.data.sampled > 0 && (
        <Text fz={12} c="dimmed">
          Values of the latest {found.data.sampled.toLocaleString()} that match
          {found.data.looked_back_to && ` since ${shown(found.data.looked_back_to)}`}.
        </Text>
      )}
    </aside>
  );
}

function toggled(list: string[], each: string): string[] {
  return list.includes(each) ? list.filter((other) => other !== each) : [...list, each];
}

function Facet({ title, mono, children }: { title: string; mono?: boolean; children: ReactNode[] }) {
  const [all, setAll] = useState(false);
  if (children.length === 0) return null;
  return (
    <section className={css.facet}>
      <h2 className={mono ? css.facetPath : css.facetTitle}>{title}</h2>
      <ul>{all ? children : children.slice(0, FEW)}</ul>
      {children.length > FEW && (
        <UnstyledButton className={css.more} onClick={() => setAll(!all)}>
          {all ? "Fewer" : `${children.length - FEW} more`}
        </UnstyledButton>
      )}
    </section>
  );
}

interface ChoiceProps {
  label: string;
  count: number;
  chosen: boolean;
  choose: () => void;
}

function Choice({ label, count, chosen, choose }: ChoiceProps) {
  return (
    <li>
      <UnstyledButton className={css.choice} aria-pressed={chosen} onClick={choose}>
        <span>{label}</span>
        <span className="tabular">{count.toLocaleString()}</span>
      </UnstyledButton>
    </li>
  );
}
