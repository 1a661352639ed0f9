/** What came of events that were applied anew. */
export interface Outcome {
  found: number;
  applied: number;
  set_aside: number;
}

interface Answer extends Outcome {
  after: number | null;
  up_to: number;
}

type Call = (body: { after: number | null; up_to: number | null }) => Promise<Answer>;

/** Calls until there are no more of those that were set aside when it began, and adds up. */
export async function replayAll(call: Call): Promise<Outcome> {
  const sum = { found: 0, applied: 0, set_aside: 0 };
  let place: { after: number | null; up_to: number | null } = { after: null, up_to: null };
  do {
    const { found, applied, set_aside, after, up_to } = await call(place);
    sum.found += found;
    sum.applied += applied;
    sum.set_aside += set_aside;
    place = { after, up_to };
  } while (place.after !== null);
  return sum;
}

/** The outcome in words; what is neither applied nor set aside again waits still, or is gone. */
export function told({ found, applied, set_aside }: Outcome): string {
  const others = found - applied - set_aside;
  return [
    `${applied.toLocaleString()} applied`,
    set_aside > 0 && `${set_aside.toLocaleString()} set aside again`,
    others > 0 && `${others.toLocaleString()} not applied yet or gone`,
  ]
    .filter(Boolean)
    .join(", ");
}
