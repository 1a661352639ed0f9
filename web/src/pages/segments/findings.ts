import { createContext, use } from "react";

/** For how many contacts a condition holds by itself. */
export interface Tally {
  count: number;
  margin: number;
}

/** What is known of the parts of the definition that is being built, by their keys. */
export interface Findings {
  /** What is wrong, and in which part. */
  problem: { key: string; message: string } | null;
  tallies: Map<string, Tally>;
  /** The segment that is being changed, which can't mention itself. */
  segmentId: number | null;
}

export const FindingsContext = createContext<Findings>({
  problem: null,
  tallies: new Map(),
  segmentId: null,
});

export function useFindings(): Findings {
  return use(FindingsContext);
}

/** A number that may be an estimate. */
export function about({ count, margin }: Tally): string {
  if (margin === 0) return count.toLocaleString();
  return `about ${count.toLocaleString()} (± ${margin.toLocaleString()})`;
}
