import { useQueries, useQuery } from "@tanstack/react-query";

import type { ListedContact } from "../../api/client";
import { type ContactFilter, contactPage, PAGE } from "../../api/queries";

export interface Contacts {
  /** How many there are in all; null until that is known. */
  count: number | null;
  at: (index: number) => ListedContact | undefined;
  error: Error | null;
  retry: () => void;
}

/** The contacts that match, of which the pages with these rows are fetched. */
export function useContacts(filter: ContactFilter, first: number, end: number): Contacts {
  const head = useQuery(contactPage(filter, 0, null));
  const count = head.data?.count ?? null;
  const from = Math.max(1, Math.floor(first / PAGE));
  const to = count === null ? 0 : Math.floor(Math.max(0, end - 1) / PAGE);
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  const pages = useQueries({
    queries: numbers.map((number) => contactPage(filter, number, count)),
  });
  const broken = [head, ...pages].find((page) => page.error);
  return {
    count,
    at: (index) => {
      const number = Math.floor(index / PAGE);
      const page = number === 0 ? head : pages[number - from];
      return page?.data?.contacts[index % PAGE];
    },
    error: broken?.error ?? null,
    retry: () => void broken?.refetch(),
  };
}
