import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLocation, useParams, useSearch } from "wouter";

import { ApiError } from "../../api/client";
import { contact } from "../../api/queries";
import { PageHead } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { EventPanel } from "./event-panel";
import { EventList } from "./event-list";
import css from "./events.module.css";
import { type EventFilter, type FilterText, read, span, written } from "./filter";
import { FilterBar } from "./filter-bar";

/** The events, narrowed by what stands in the address, and the one that is open. */
export default function Events() {
  const { position } = useParams();
  const search = useSearch();
  const [, go] = useLocation();
  const text = useMemo(() => read(search), [search]);
  const { filter, error } = useFilter(text);
  const opened = position === undefined ? null : Number(position);

  return (
    <div className={css.page}>
      <div className={css.main} data-beside={opened !== null || undefined}>
        <PageHead title="Events" />
        <FilterBar text={text} change={(next) => go(`/events${written(next)}`)} />
        {error && <Problem error={error} />}
        {filter && (
          <EventList
            filter={filter}
            opened={opened}
            address={(at) => `/events/${at}${written(text)}`}
          />
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
    const dates = { names: text.names, ...span(text) };
    if (!text.contact) return { filter: { ...dates, contactIds: [] }, error: null };
    if (data) return { filter: { ...dates, contactIds: [data.id] }, error: null };
    if (isLoading || !error) return { filter: null, error: null };
    const unknown = error instanceof ApiError && error.status === 404;
    return { filter: null, error: unknown ? new Error(`Nobody is known as ${text.contact}`) : error };
  }, [text, data, error, isLoading]);
}
