import {
  infiniteQueryOptions,
  QueryCache,
  QueryClient,
  queryOptions,
  MutationCache,
} from "@tanstack/react-query";

import type { EventFilter } from "../pages/events/filter";
import { answer, api, ApiError } from "./client";

const PAGE = 200;

const SESSION = ["session"];

/** A session that ended while the page was open shows itself as a 401 of whatever was asked. */
function noticeSignOut(error: Error): void {
  if (error instanceof ApiError && error.status === 401) {
    void queries.invalidateQueries({ queryKey: SESSION });
  }
}

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: {
    queries: {
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
      staleTime: 5_000,
    },
  },
});

export const session = queryOptions({
  queryKey: SESSION,
  queryFn: ({ signal }) => answer(api.GET("/footfall/v1/session", { signal })),
  staleTime: 60_000,
});

/** The newest few events and how many there are; asked again and again while somebody waits. */
export function newest(filter: EventFilter, everyMilliseconds: number | false) {
  return queryOptions({
    queryKey: ["events", "newest", filter],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/events", { params: { query: { ...asked(filter), limit: 5 } }, signal }),
      ),
    refetchInterval: everyMilliseconds,
  });
}

export function events(filter: EventFilter) {
  return infiniteQueryOptions({
    queryKey: ["events", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/footfall/v1/events", {
          params: { query: { ...asked(filter), limit: PAGE, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.after ?? null,
    staleTime: Infinity,
  });
}

export const eventNames = queryOptions({
  queryKey: ["event-names"],
  queryFn: ({ signal }) => answer(api.GET("/footfall/v1/event-names", { signal })),
});

export function event(position: number) {
  return queryOptions({
    queryKey: ["event", position],
    queryFn: ({ signal }) =>
      answer(api.GET("/footfall/v1/events/{position}", { params: { path: { position } }, signal })),
    refetchInterval: (query) => (query.state.data?.verdict === "pending" ? 1_000 : false),
  });
}

/** A contact by whatever names it: its number, an e-mail address, a phone number, an own id. */
export function contact(identifier: string) {
  return queryOptions({
    queryKey: ["contact", identifier],
    queryFn: async ({ signal }) => {
      const path = { identifier };
      try {
        return await answer(api.GET("/v3/contacts/{identifier}", { params: { path }, signal }));
      } catch (problem) {
        if (!(problem instanceof ApiError) || ![400, 404].includes(problem.status)) {
          throw problem;
        }
        const query = { identifierType: "ext_id" as const };
        return answer(api.GET("/v3/contacts/{identifier}", { params: { path, query }, signal }));
      }
    },
    enabled: identifier !== "",
  });
}

export const catalogue = queryOptions({
  queryKey: ["catalogue"],
  queryFn: ({ signal }) => answer(api.GET("/footfall/v1/catalogue", { signal })),
  staleTime: 60_000,
});

export function catalogueEvent(name: string) {
  return queryOptions({
    queryKey: [...catalogue.queryKey, name],
    queryFn: ({ signal }) =>
      answer(api.GET("/footfall/v1/catalogue/{name}", { params: { path: { name } }, signal })),
  });
}

export const keys = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => answer(api.GET("/footfall/v1/keys", { signal })),
});

export const users = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => answer(api.GET("/footfall/v1/users", { signal })),
});

export const changes = queryOptions({
  queryKey: ["changes"],
  queryFn: ({ signal }) =>
    answer(api.GET("/footfall/v1/changes", { params: { query: { limit: 200 } }, signal })),
});

function asked(filter: EventFilter) {
  return {
    event_name: filter.names,
    contact_id: filter.contactIds,
    start: filter.start,
    end: filter.end,
  };
}
