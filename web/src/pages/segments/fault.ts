import { ApiError } from "../../api/client";

/** What is wrong with a definition, and at which place in it. */
export interface Fault {
  place: string;
  message: string;
}

const REFUSED = /^definition\.(\S+): (expected .*)$/s;

/** What the server said about a place in the definition; null where it said something else. */
export function faultOf(error: Error | null): Fault | null {
  if (!(error instanceof ApiError) || error.status !== 400) return null;
  const [, place, message] = REFUSED.exec(error.message) ?? [];
  if (place === undefined || message === undefined) return null;
  return { place, message: `${message[0]?.toUpperCase()}${message.slice(1)}` };
}
