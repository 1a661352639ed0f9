import { useQueries, useQuery } from "@tanstack/react-query";

import type { FoundEvent } from "../../api/client";
import { eventCount, eventPage, PAGE } from "../../api/queries";
import type { EventFilter } from "./filter";

export interface Rows {
  /** How many there are in all, as far as that is known; null until the first page is there. */
  count: number | null;
  /** Whether there may be more, which the server did not count, or not yet. */
  isLeast: boolean;
  /** Only what happened since then was looked through; null for everything. */
  lookedBackTo: string | null;
  /** The position of the first row. */
  newest: number | null;
  at: (index: number) => FoundEvent | undefined;
  error: Error | null;
  retry: () => void;
}

/** Whether the first page is there: what else is asked of the server waits for it. */
export function useFound(filter: EventFilter): boolean {
  return useQuery(eventPage(filter, 0, null)).isFetched;
}

/** The events that match, of which the pages with these rows are fetched. */
export function useRows(filter: EventFilter, first: number, end: number): Rows {
  const head = useQuery(eventPage(filter, 0, null));
  const upTo = head.data?.up_to ?? null;
  const seen = head.data?.events.length ?? 0;
  const goesOn = head.data?.after != null && seen === PAGE;
  const all = useQuery({ ...eventCount(filter, upTo), enabled: goesOn });
  const from = Math.max(1, Math.floor(first / PAGE));
  const to = head.data?.after ? Math.floor(Math.max(0, end - 1) / PAGE) : 0;
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  const pages = useQueries({
    queries: numbers.map((number) => eventPage(filter, number, upTo)),
  });
  const broken = [head, ...pages].find((page) => page.error);
  return {
    count: head.data ? Math.max(seen, all.data?.count ?? 0) : null,
    isLeast: goesOn ? (all.data?.is_least ?? true) : head.data?.looked_back_to != null,
    lookedBackTo: head.data?.looked_back_to ?? null,
    newest: head.data?.events[0]?.position ?? null,
    at: (index) => {
      const number = Math.floor(index / PAGE);
      const page = number === 0 ? head : pages[number - from];
      return page?.data?.events[index % PAGE];
    },
    error: broken?.error ?? null,
    retry: () => void broken?.refetch(),
  };
}
