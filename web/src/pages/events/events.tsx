import { Button, Group } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useLocation, useParams, useSearch } from "wouter";

import { ApiError } from "../../api/client";
import { contact } from "../../api/queries";
import { PageHead } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { EventList } from "./event-list";
import { EventPanel } from "./event-panel";
import css from "./events.module.css";
import { Export } from "./export";
import { type EventFilter, type FilterText, isEmpty, nothing, read, span, written } from "./filter";
import { NarrowDown } from "./narrow-down";
import { OverTime } from "./over-time";
import { SearchBox } from "./search-box";
import { TimeRange } from "./time-range";

/** The events, narrowed by what stands in the address, and the one that is open. */
export default function Events() {
  const { position } = useParams();
  const search = useSearch();
  const [, go] = useLocation();
  const text = useMemo(() => read(search), [search]);
  const { filter, error } = useFilter(text);
  const opened = position === undefined ? null : Number(position);
  const hasRoom = useMediaQuery("(min-width: 82em)") ?? false;
  const [wanted, setWanted] = useState<boolean | null>(null);
  const narrowing = wanted ?? (hasRoom && opened === null);
  const change = (next: FilterText) => go(`/events${written(next)}`);

  return (
    <div className={css.page}>
      <div className={css.main} data-beside={opened !== null || undefined}>
        <PageHead title="Events" />
        <search className={css.tools}>
          <SearchBox text={text} filter={filter} change={change} />
          <Group gap="xs" wrap="nowrap">
            <Button
              variant={narrowing ? "light" : "default"}
              aria-expanded={narrowing}
              onClick={() => setWanted(!narrowing)}
            >
              Narrow down
            </Button>
            <TimeRange text={text} change={change} />
            {filter && <Export filter={filter} />}
            {!isEmpty(text) && (
              <Button variant="default" onClick={() => change(nothing)}>
                Clear
              </Button>
            )}
          </Group>
        </search>
        {error && <Problem error={error} />}
        {filter && (
          <div className={css.body}>
            {narrowing && <NarrowDown text={text} filter={filter} change={change} />}
            <div className={css.found}>
              <OverTime filter={filter} narrow={(from, to) => change({ ...text, from, to })} />
              <EventList
                filter={filter}
                opened={opened}
                address={(at) => `/events/${at}${written(text)}`}
                lookBack={(before) => change({ ...text, to: before })}
              />
            </div>
          </div>
        )}
      </div>
      {opened !== null && (
        <EventPanel
          key={opened}
          position={opened}
          close={() => {
            go(`/events${written(text)}`);
            document.getElementById(`event-${opened}`)?.focus();
          }}
        />
      )}
    </div>
  );
}

/** The filter as the server takes it: the contact is looked up first. */
function useFilter(text: FilterText): { filter: EventFilter | null; error: Error | null } {
  const { data, error, isLoading } = useQuery(contact(text.contact));
  return useMemo(() => {
    const rest = { names: text.names, text: text.text, where: text.where, ...span(text) };
    if (!text.contact) return { filter: { ...rest, contactIds: [] }, error: null };
    if (data) return { filter: { ...rest, contactIds: [data.id] }, error: null };
    if (isLoading || !error) return { filter: null, error: null };
    const unknown = error instanceof ApiError && error.status === 404;
    return { filter: null, error: unknown ? new Error(`Nobody is known as ${text.contact}`) : error };
  }, [text, data, error, isLoading]);
}
