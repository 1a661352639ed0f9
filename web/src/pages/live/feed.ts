import type { LiveEvent, LiveMessage, LiveRefusal, LiveVerdict } from "../../api/client";

/** Rows that are kept; older ones give way. */
export const KEPT = 5_000;

/** An accepted event by its position, or a refused request by its id. */
export type LiveRow =
  | { key: number; event: LiveEvent; refused?: undefined }
  | { key: string; refused: LiveRefusal; event?: undefined };

export type Show = "all" | "accepted" | "refused";

export interface LiveFilter {
  show: Show;
  names: string[];
  /**
   * Words that must all stand in the name, an identifier or the properties; of a refused request,
   * in the reason, the body or what it came with. In any case.
   */
  text: string;
}

export const all: LiveFilter = { show: "all", names: [], text: "" };

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
  /** Refused requests of which only their number is known. */
  lost = 0;
  /** Rows that match and came since the pause began. */
  waiting = 0;
  #matches = matcher(all);
  #all: LiveRow[] = [];
  #matching: LiveRow[] = [];
  #held: LiveRow[] | null = null;
  #verdicts = new Map<number, LiveVerdict>();

  /** The rows to show, the newest last. Not to be changed. */
  get rows(): readonly LiveRow[] {
    return this.#held ?? this.#matching;
  }

  get isPaused(): boolean {
    return this.#held !== null;
  }

  verdict(position: number): LiveVerdict | undefined {
    return this.#verdicts.get(position);
  }

  take(message: LiveMessage): void {
    this.count += message.events.length;
    this.skipped += message.skipped;
    this.lost += message.refusals_lost;
    const rows = rowsOf(message);
    const matching = rows.filter(this.#matches);
    this.#all = newest(this.#all, rows);
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

/** By time of receipt; what was received at the same moment stays in order. */
function rowsOf(message: LiveMessage): LiveRow[] {
  const rows: LiveRow[] = message.events.map((event) => ({ key: event.position, event }));
  if (message.refused.length === 0) return rows;
  return rows
    .concat(message.refused.map((each) => ({ key: each.request_id, refused: each })))
    .map((row) => ({ row, at: Date.parse((row.event ?? row.refused).received_at) }))
    .sort((one, other) => one.at - other.at)
    .map(({ row }) => row);
}

/** A new array, so that rows which are held for a pause stay as they are. */
function newest(earlier: LiveRow[], later: LiveRow[]): LiveRow[] {
  if (later.length === 0) return earlier;
  const kept = later.length >= KEPT ? [] : earlier.slice(-(KEPT - later.length));
  return kept.concat(later.slice(-KEPT));
}

function matcher({ show, names, text }: LiveFilter): (row: LiveRow) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = new Set(names);
  return (row) => {
    if (show !== "all" && (row.event === undefined) !== (show === "refused")) return false;
    if (wanted.size > 0 && !(row.event && wanted.has(row.event.name))) return false;
    if (words.length === 0) return true;
    const texts = said(row).toLowerCase();
    return words.every((word) => texts.includes(word));
  };
}

function said({ event, refused }: LiveRow): string {
  if (event) return [event.name, ...Object.values(event.identifiers), event.properties].join(" ");
  const { code, message, key_name, client, body, request_id } = refused;
  return [code, message, key_name, client, body, request_id].join(" ");
}

/** Whom the event names, as people know it. */
export function whose({ identifiers }: Pick<LiveEvent, "identifiers">): string {
  return identifiers["email_id"] ?? Object.values(identifiers)[0] ?? "";
}
