import type { LiveEvent, LiveMessage, LiveVerdict } from "../../api/client";

/** Rows that are kept; older ones give way. */
export const KEPT = 5_000;

export interface LiveFilter {
  names: string[];
  /** Words that must all stand in the name, an identifier or the properties; in any case. */
  text: string;
}

export const all: LiveFilter = { names: [], text: "" };

/**
 * What came over the live stream: the newest rows of all, and the newest that match the filter, so
 * that a rare event is not pushed out by those that nobody asked for. It grows to `KEPT` rows of
 * each and no further, however much comes.
 */
export class Feed {
  /** Events that came since the page was opened, matching or not. */
  count = 0;
  /** Events that were passed over because they came faster than they could be read. */
  skipped = 0;
  /** Events that match and came since the pause began. */
  waiting = 0;
  #filter = all;
  #matches = matcher(all);
  #all: LiveEvent[] = [];
  #matching: LiveEvent[] = [];
  #held: LiveEvent[] | null = null;
  #verdicts = new Map<number, LiveVerdict>();

  /** The rows to show, the newest last. Not to be changed. */
  get rows(): readonly LiveEvent[] {
    return this.#held ?? this.#matching;
  }

  get isPaused(): boolean {
    return this.#held !== null;
  }

  get filter(): LiveFilter {
    return this.#filter;
  }

  verdict(position: number): LiveVerdict | undefined {
    return this.#verdicts.get(position);
  }

  take(message: LiveMessage): void {
    this.count += message.events.length;
    this.skipped += message.skipped;
    const matching = message.events.filter(this.#matches);
    this.#all = newest(this.#all, message.events);
    this.#matching = newest(this.#matching, matching);
    if (this.isPaused) this.waiting += matching.length;
    for (const verdict of message.verdicts) this.#verdicts.set(verdict.position, verdict);
    for (const position of this.#verdicts.keys()) {
      if (this.#verdicts.size <= KEPT) break;
      this.#verdicts.delete(position);
    }
  }

  /** Show what matches among all that is kept; a pause ends. */
  narrow(filter: LiveFilter): void {
    this.#filter = filter;
    this.#matches = matcher(filter);
    this.#matching = this.#all.filter(this.#matches);
    this.resume();
  }

  pause(): void {
    this.#held ??= this.#matching;
  }

  resume(): void {
    this.#held = null;
    this.waiting = 0;
  }
}

/** A new array, so that rows which are held for a pause stay as they are. */
function newest(earlier: LiveEvent[], later: LiveEvent[]): LiveEvent[] {
  if (later.length === 0) return earlier;
  const kept = later.length >= KEPT ? [] : earlier.slice(-(KEPT - later.length));
  return kept.concat(later.slice(-KEPT));
}

function matcher({ names, text }: LiveFilter): (event: LiveEvent) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (names.length === 0 && words.length === 0) return () => true;
  const wanted = new Set(names);
  return (event) => {
    if (wanted.size > 0 && !wanted.has(event.name)) return false;
    if (words.length === 0) return true;
    const identifiers = Object.values(event.identifiers).join(" ");
    const texts = `${event.name} ${identifiers} ${event.properties}`.toLowerCase();
    return words.every((word) => texts.includes(word));
  };
}

/** Whom the event names, as people know it. */
export function whose({ identifiers }: Pick<LiveEvent, "identifiers">): string {
  return identifiers["email_id"] ?? Object.values(identifiers)[0] ?? "";
}
