import { useElementSize, useMergedRef } from "@mantine/hooks";
import {
  type KeyboardEvent,
  type UIEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useLocation } from "wouter";

import { rowAtTop, type RowWindow, rowWindow, scrollFor, scrollToTop } from "./row-window";

export interface ScrolledRows {
  view: RowWindow;
  /** For the element that scrolls. */
  framed: (element: HTMLDivElement | null) => void;
  onScroll: (event: UIEvent) => void;
  /** A click may lead elsewhere, so what was scrolled to is noted before. */
  onClickCapture: () => void;
  /** The arrow keys go from row to row, by the elements with `data-index`. */
  onKeyDown: (event: KeyboardEvent) => void;
  /** Scrolls to where the reader was at this place of the browser's history; to the top of a new one. */
  toPlace: () => void;
  /** Forgets that place: rows that are loaded anew begin at their top. */
  toTop: () => void;
}

/** A browser takes no more than some hundred notes in half a minute. */
const NOTED_AFTER_MILLISECONDS = 250;

/**
 * What is noted at a place of the browser's history, so that going back leads to the same rows: the
 * one at the upper edge.
 */
interface Place {
  row?: number;
}

function noted(): number {
  return (history.state as Place | null)?.row ?? 0;
}

function isNoted(): boolean {
  return (history.state as Place | null)?.row !== undefined;
}

function note(row: number): void {
  if (isNoted() && noted() === row) return;
  history.replaceState({ ...(history.state as Place | null), row }, "");
}

/**
 * Which rows of equal height a frame shows while it is scrolled, by mouse, finger and keyboard.
 * `headHeight` is that of a head which stays above within the frame.
 */
export function useRowWindow(count: number, rowHeight: number, headHeight = 0): ScrolledRows {
  const { ref: sized, height } = useElementSize<HTMLDivElement>();
  const frame = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [location] = useLocation();
  const viewHeight = Math.max(0, height - headHeight);
  const rows = useRef({ count, rowHeight, atTop: 0 });
  /** Where a row was put as far as the rows went that were there; null once the reader moved on. */
  const putAt = useRef<number | null>(null);
  const put = useCallback(
    (row: number) => {
      const element = frame.current;
      if (!element) return;
      const { count: many, rowHeight: each } = rows.current;
      element.scrollTop = scrollToTop(row, many, each, element.clientHeight - headHeight);
      rows.current.atTop = row;
      putAt.current = element.scrollTop;
      setScrollTop(element.scrollTop);
    },
    [headHeight],
  );
  /** A frame that comes anew, after its rows were loaded, is where the reader left it. */
  const placed = useCallback(
    (element: HTMLDivElement | null) => {
      frame.current = element;
      put(noted());
    },
    [put],
  );
  /**
   * Rows that get another height, in another width, leave the reader at the same one; so do further
   * rows that come after the first ones, where the reader's was none of these.
   */
  useLayoutEffect(() => {
    const isOther = rows.current.rowHeight !== rowHeight;
    const isMore = count > rows.current.count && putAt.current !== null;
    rows.current = { ...rows.current, count, rowHeight };
    if (isOther || isMore) put(rows.current.atTop);
  }, [count, rowHeight, put]);
  const noteHere = useCallback(() => {
    if (frame.current) note(Math.round(rows.current.atTop * 100) / 100);
  }, []);
  useEffect(() => {
    const timer = setTimeout(noteHere, NOTED_AFTER_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [scrollTop, noteHere]);
  /** An event that opens beside the list is another place, with the same rows. */
  useEffect(() => {
    if (!isNoted()) noteHere();
  }, [location, noteHere]);
  const framed = useMergedRef(placed, sized);
  const [wanted, setWanted] = useState<number | null>(null);

  /** The row that the arrow keys went to takes the focus as soon as it is in the page. */
  useLayoutEffect(() => {
    if (wanted === null) return;
    const link = frame.current?.querySelector<HTMLElement>(`[data-index="${wanted}"]`);
    if (!link) return;
    link.focus({ preventScroll: true });
    setWanted(null);
  });

  return {
    view: rowWindow(count, rowHeight, scrollTop, viewHeight),
    framed,
    onScroll: ({ currentTarget: { scrollTop: reached } }) => {
      setScrollTop(reached);
      if (reached === putAt.current) return;
      putAt.current = null;
      rows.current.atTop = rowAtTop(count, rowHeight, reached, viewHeight);
    },
    onClickCapture: noteHere,
    onKeyDown: (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const link = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
      if (!way || !link) return;
      event.preventDefault();
      const next = Number(link.dataset["index"]) + way;
      if (next < 0 || next >= count) return;
      const top = scrollFor(next, count, rowHeight, scrollTop, viewHeight);
      if (top !== null) frame.current?.scrollTo({ top });
      setWanted(next);
    },
    toPlace: useCallback(() => put(noted()), [put]),
    toTop: useCallback(() => {
      note(0);
      put(0);
    }, [put]),
  };
}
