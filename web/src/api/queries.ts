import {
  infiniteQueryOptions,
  QueryCache,
  QueryClient,
  queryOptions,
  MutationCache,
} from "@tanstack/react-query";

import { placeOf } from "../pages/contacts/place";
import { asked, type EventFilter } from "../pages/events/filter";
import {
  answer,
  api,
  ApiError,
  type DefinitionTree,
  type FoundEvents,
  type Segment,
} from "./client";

/** Rows of one page of events or contacts. */
export const PAGE = 100;

/** Deliveries of each kind that the page of a webhook shows. */
export const MOST_DELIVERIES = 200;

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
export function newest(filter: EventFilter, everyMilliseconds: number | false, counted = true) {
  return queryOptions({
    queryKey: ["events", "newest", filter, counted],
    queryFn: ({ signal }) => {
      const query = { ...asked(filter), limit: 5, counted };
      return answer(api.GET("/footfall/v1/events", { params: { query }, signal }));
    },
    refetchInterval: everyMilliseconds,
  });
}

const EVENT_PAGE = ["events", "page"];

/**
 * One page of the events that match, by its number from 0. The first says up to which position it
 * looked; the others take that, so that the list stands still meanwhile.
 */
export function eventPage(filter: EventFilter, number: number, upTo: number | null) {
  const key = [...EVENT_PAGE, filter, number === 0 ? null : upTo];
  return queryOptions({
    queryKey: [...key, number],
    queryFn: ({ signal }) => {
      const before = number > 1 && queries.getQueryData<FoundEvents>([...key, number - 1]);
      const place = before ? { after: before.after } : { offset: number * PAGE };
      const query = { ...asked(filter), limit: PAGE, up_to: upTo, counted: false, ...place };
      return answer(api.GET("/footfall/v1/events", { params: { query }, signal }));
    },
    staleTime: Infinity,
  });
}

/** How many events match, which may take longer than to find the first of them. */
export function eventCount(filter: EventFilter, upTo: number | null) {
  return queryOptions({
    queryKey: ["events", "count", filter, upTo],
    queryFn: ({ signal }) => {
      const query = { ...asked(filter), limit: 1, up_to: upTo };
      return answer(api.GET("/footfall/v1/events", { params: { query }, signal }));
    },
    staleTime: Infinity,
  });
}

/** Look for the events anew. */
export function refreshEvents(): void {
  void queries.resetQueries({ queryKey: ["events"] });
}

export function histogram(filter: EventFilter, buckets: number) {
  return queryOptions({
    queryKey: ["events", "histogram", filter, buckets],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/events/histogram", {
          params: { query: { ...asked(filter), buckets } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
}

export function facets(filter: EventFilter) {
  return queryOptions({
    queryKey: ["events", "facets", filter],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/events/facets", { params: { query: asked(filter) }, signal }),
      ),
    staleTime: 60_000,
  });
}

export function receipt(requestId: string) {
  return queryOptions({
    queryKey: ["receipt", requestId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/receipts/{request_id}", {
          params: { path: { request_id: requestId } },
          signal,
        }),
      ),
  });
}

export function overview(everyMilliseconds: number) {
  return queryOptions({
    queryKey: ["overview"],
    queryFn: ({ signal }) => answer(api.GET("/footfall/v1/overview", { signal })),
    refetchInterval: everyMilliseconds,
  });
}

/** Events that could not be applied, the latest first. */
export const setAside = infiniteQueryOptions({
  queryKey: ["set aside"],
  queryFn: ({ pageParam, signal }) =>
    answer(
      api.GET("/footfall/v1/events/set-aside", {
        params: { query: { before: pageParam, limit: 100 } },
        signal,
      }),
    ),
  initialPageParam: null as number | null,
  getNextPageParam: (page) => page.before,
});

export function oldEvents(olderThan: number) {
  return queryOptions({
    queryKey: ["old-events", olderThan],
    queryFn: ({ signal }) =>
      answer(api.GET("/footfall/v1/events/old", { params: { query: { older_than: olderThan } }, signal })),
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

/** Who is shown as that contact, besides itself. */
export function merges(id: number) {
  return queryOptions({
    queryKey: ["merges", id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/contacts/{identifier}/merges", {
          params: {
            path: { identifier: String(id) },
            query: { identifierType: "contact_id" },
          },
          signal,
        }),
      ),
  });
}

/** What is known of contacts has changed, and perhaps whose events are whose: ask for all anew. */
export async function contactsChanged(): Promise<void> {
  await queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
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

export function timeline(id: number) {
  return infiniteQueryOptions({
    queryKey: ["timeline", id],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/footfall/v1/contacts/{identifier}/timeline", {
          params: {
            path: { identifier: String(id) },
            query: { identifierType: "contact_id", before: pageParam, limit: 100 },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.before,
  });
}

/** What changed of a contact, the latest first. */
export function contactHistory(id: number) {
  return infiniteQueryOptions({
    queryKey: ["history", id],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/footfall/v1/contacts/{identifier}/history", {
          params: {
            path: { identifier: String(id) },
            query: { identifierType: "contact_id", before: pageParam, limit: 200 },
          },
          signal,
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.before,
  });
}

export interface ContactFilter {
  listId: number | null;
  segmentId: number | null;
}

const CONTACT_PAGE = ["contacts", "page"];

function whose({ listId, segmentId }: ContactFilter) {
  return {
    ...(listId === null ? {} : { listIds: [listId] }),
    ...(segmentId === null ? {} : { segmentId }),
  };
}

/**
 * Contacts of one page, by its number from 0, latest created first. The first says how many there
 * are; the others take that and count from the oldest, so that new ones move nothing.
 */
export function contactPage(filter: ContactFilter, number: number, count: number | null) {
  return queryOptions({
    queryKey: [...CONTACT_PAGE, filter, number === 0 ? null : count, number],
    queryFn: async ({ signal }) => {
      const { sort, ...place } = placeOf(number, count, PAGE);
      const query = { ...whose(filter), ...place, sort };
      const found = await answer(api.GET("/v3/contacts", { params: { query }, signal }));
      return sort === "asc" ? { ...found, contacts: found.contacts.toReversed() } : found;
    },
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  });
}

/** How many contacts there are, asked again and again. */
export function contactCount(filter: ContactFilter, everyMilliseconds: number) {
  return queryOptions({
    queryKey: ["contacts", "count", filter],
    queryFn: ({ signal }) =>
      answer(api.GET("/v3/contacts", { params: { query: { ...whose(filter), limit: 1 } }, signal })),
    refetchInterval: everyMilliseconds,
  });
}

/** Look for the contacts anew. */
export function refreshContacts(): void {
  void queries.resetQueries({ queryKey: CONTACT_PAGE });
}

export const attributes = queryOptions({
  queryKey: ["attributes"],
  queryFn: ({ signal }) => answer(api.GET("/v3/contacts/attributes", { signal })),
});

export const about = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => answer(api.GET("/footfall/v1/about", { signal })),
  staleTime: Infinity,
});

/** As many as the route gives at once, and as many as are offered to choose from. */
const LISTS_AT_ONCE = 50;
const MOST_LISTS = 1_000;

export const lists = queryOptions({
  queryKey: ["lists"],
  queryFn: async ({ signal }) => {
    const found: { id: number; name: string }[] = [];
    for (let offset = 0; offset < MOST_LISTS; offset += LISTS_AT_ONCE) {
      const query = { limit: LISTS_AT_ONCE, offset };
      const page = await answer(api.GET("/v3/contacts/lists", { params: { query }, signal }));
      found.push(...page.lists);
      if (found.length >= page.count) break;
    }
    return { lists: found };
  },
});

/** More than an account has in practice; what lies past it is found by its number. */
const MOST_SEGMENTS = 1_000;
/** While a segment is computed, its progress is asked for that often. */
const COMPUTING_MILLISECONDS = 1_000;

/** How often a page of a segment looks whether somebody entered or left. */
const WATCHING_MILLISECONDS = 3_000;
/** How often it draws the number of members anew, for which the server reads the whole history. */
const DRAWING_MILLISECONDS = 60_000;

/** Everything that was asked about segments. */
export const SEGMENTS = ["segments"];

export const segments = queryOptions({
  queryKey: SEGMENTS,
  queryFn: async ({ signal }) => {
    const params = { query: { limit: MOST_SEGMENTS } };
    const found = await answer(api.GET("/footfall/v1/segments", { params, signal }));
    return { count: found.count, segments: found.segments as Segment[] };
  },
  refetchInterval: ({ state }) =>
    state.data?.segments.some((each) => each.state === "computing") && COMPUTING_MILLISECONDS,
});

/** Webhooks and what waits for them change by themselves, so they are asked for again. */
const WATCHED = 5_000;

export const webhooks = queryOptions({
  queryKey: ["webhooks"],
  queryFn: ({ signal }) => answer(api.GET("/footfall/v1/webhooks", { signal })),
  refetchInterval: WATCHED,
});

/** The first calls that the webhook's address did not take, and the latest that it took. */
export function deliveries(id: number) {
  return queryOptions({
    queryKey: [...webhooks.queryKey, id],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/webhooks/{webhook_id}/deliveries", {
          params: { path: { webhook_id: id }, query: { limit: MOST_DELIVERIES } },
          signal,
        }),
      ),
    refetchInterval: WATCHED,
  });
}

export function segment(id: number) {
  return queryOptions({
    queryKey: [...SEGMENTS, id],
    queryFn: async ({ signal }) => {
      const params = { path: { segment_id: id } };
      const found = await answer(api.GET("/footfall/v1/segments/{segment_id}", { params, signal }));
      return found as Segment;
    },
    refetchInterval: ({ state }) =>
      state.data?.state === "computing" ? COMPUTING_MILLISECONDS : WATCHING_MILLISECONDS,
  });
}

export function segmentMembers(id: number) {
  return infiniteQueryOptions({
    queryKey: [...SEGMENTS, id, "members"],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/footfall/v1/segments/{segment_id}/members", {
          params: { path: { segment_id: id }, query: { after: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => page.after,
  });
}

/** Asked again and again: its first entry tells when something changed. */
export function segmentHistory(id: number) {
  return infiniteQueryOptions({
    queryKey: [...SEGMENTS, id, "history"],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/footfall/v1/segments/{segment_id}/history", {
          params: { path: { segment_id: id }, query: { before: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.before,
    refetchInterval: WATCHING_MILLISECONDS,
  });
}

export function segmentSizes(id: number, start: string | null) {
  return queryOptions({
    queryKey: [...SEGMENTS, id, "sizes", start],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/segments/{segment_id}/sizes", {
          params: { path: { segment_id: id }, query: { start, buckets: 120 } },
          signal,
        }),
      ),
    refetchInterval: DRAWING_MILLISECONDS,
  });
}

/** Whom a definition would find; null where there is none to ask about yet. */
export function preview(definition: string | null) {
  return queryOptions({
    queryKey: ["preview", definition],
    queryFn: ({ signal }) => {
      const tree = JSON.parse(definition ?? "null") as DefinitionTree;
      return answer(api.POST("/footfall/v1/segments/preview", { body: { definition: tree }, signal }));
    },
    enabled: definition !== null,
    retry: false,
    staleTime: 10_000,
    gcTime: 60_000,
  });
}

/** Why that contact is in the segment, or is not. */
export function explained(id: number, contactId: number) {
  return queryOptions({
    queryKey: [...SEGMENTS, id, "explained", contactId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/segments/{segment_id}/explain", {
          params: {
            path: { segment_id: id },
            query: { contact: String(contactId), identifierType: "contact_id" },
          },
          signal,
        }),
      ),
  });
}

/** The same for a definition that is no segment yet. */
export function explainedDefinition(definition: string, contactId: number) {
  return queryOptions({
    queryKey: ["explained", definition, contactId],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/footfall/v1/segments/explain", {
          params: { query: { contact: String(contactId), identifierType: "contact_id" } },
          body: { definition: JSON.parse(definition) as DefinitionTree },
          signal,
        }),
      ),
    retry: false,
  });
}

/** The segments that a contact is in. */
export function memberships(contactId: number) {
  return queryOptions({
    queryKey: [...SEGMENTS, "of contact", contactId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/contacts/{identifier}/segments", {
          params: {
            path: { identifier: String(contactId) },
            query: { identifierType: "contact_id" },
          },
          signal,
        }),
      ),
  });
}

/** Contacts by the beginning of what names them; only members where a segment is named. */
export function lookedUp(text: string, segmentId: number | null) {
  return queryOptions({
    queryKey: ["looked up", text, segmentId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/footfall/v1/contacts", {
          params: { query: { text, segment_id: segmentId } },
          signal,
        }),
      ),
    enabled: text.trim() !== "",
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
