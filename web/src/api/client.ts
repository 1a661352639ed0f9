import createClient from "openapi-fetch";

import type { Definition } from "../pages/segments/definition";
import type { components, paths } from "./schema";

type Schemas = components["schemas"];
export type Session = Schemas["ShownSession"];
export type FoundEvent = Schemas["FoundEvent"];
export type FoundEvents = Schemas["FoundEvents"];
export type SetAsideEvent = Schemas["SetAsideEvent"];
export type CausedDelivery = Schemas["CausedDelivery"];
export type JournaledEvent = Schemas["JournaledEvent"];
export type LiveEvent = Schemas["LiveEvent"];
export type LiveVerdict = Schemas["LiveVerdict"];
export type LiveRefusal = Schemas["LiveRefusal"];
export type LiveMessage = Schemas["LiveMessage"];
export type Contact = Schemas["ShownContact"];
export type Histogram = Schemas["Histogram"];
export type Facets = Schemas["Facets"];
export type Difference = Schemas["ShownDifference"];
export type Overview = Schemas["Overview"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type ContactChanges = Schemas["ContactChanges"];
export type MergedContact = Schemas["MergedContact"];
export type ListedContact = Schemas["ListedContact"];
export type Attribute = Schemas["ShownAttribute"];
export type Catalogue = Schemas["Catalogue"];
export type CatalogueEntry = Schemas["CatalogueEntry"];
export type CatalogueEvent = Schemas["CatalogueEvent"];
export type Property = Schemas["ShownProperty"];
export type Webhook = Schemas["ShownWebhook"];
export type Delivery = Schemas["ShownDelivery"];
export type TakenDelivery = Schemas["TakenDelivery"];
export type Segment = Omit<Schemas["ShownSegment"], "definition"> & { definition: Definition };
/** A definition as it is sent: the document says that it is an object, and no more. */
export type DefinitionTree = NonNullable<Schemas["PreviewBody"]["definition"]>;
export type Preview = Schemas["Preview"];
export type Explanation = Schemas["Explanation"];
export type Membership = Schemas["ShownMembership"];
export type Sizes = Schemas["Sizes"];
export type Passage = Schemas["ShownPassage"];
export type Key = Schemas["ShownKey"];
export type User = Schemas["ShownUser"];
export type Change = Schemas["ShownChange"];
export type Scope = Key["scopes"][number];
export type Role = User["role"];

/** A refusal of the server, in its own words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The header tells the server that a page of its own calls; the cookie says who is signed in. */
export const api = createClient<paths>({
  headers: { "x-footfall-page": "1" },
  credentials: "same-origin",
});

/** What the call answers; throws `ApiError` where it was refused or never arrived. */
export async function answer<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Body> {
  let outcome;
  try {
    outcome = await call;
  } catch {
    throw new ApiError(0, "unreachable", "The server does not answer. Is it running?");
  }
  const { data, error, response } = outcome;
  if (response.ok) {
    return data as Body;
  }
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  throw new ApiError(response.status, code ?? "", message ?? `The server answered ${response.status}`);
}
