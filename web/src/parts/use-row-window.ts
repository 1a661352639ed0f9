import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type KeyboardEvent, type UIEvent, useCallback, useLayoutEffect, useRef, useState } from "react";

import { type RowWindow, rowWindow, scrollFor } from "./row-window";

export interface ScrolledRows {
  view: RowWindow;
  /** For the element that scrolls. */
  framed: (element: HTMLDivElement | null) => void;
  onScroll: (event: UIEvent) => void;
  /** The arrow keys go from row to row, by the elements with `data-index`. */
  onKeyDown: (event: KeyboardEvent) => void;
  toTop: () => void;
}

/**
 * Which rows of equal height a frame shows while it is scrolled, by mouse, finger and keyboard.
 * `headHeight` is that of a head which stays above within the frame.
 */
export function useRowWindow(count: number, rowHeight: number, headHeight = 0): ScrolledRows {
  const { ref: sized, height } = useElementSize<HTMLDivElement>();
  const frame = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  /** A frame that comes anew, after its rows were loaded anew, is at its top. */
  const placed = useCallback((element: HTMLDivElement | null) => {
    frame.current = element;
    if (element) setScrollTop(element.scrollTop);
  }, []);
  const framed = useMergedRef(placed, sized);
  const [wanted, setWanted] = useState<number | null>(null);
  const viewHeight = Math.max(0, height - headHeight);

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
    onScroll: (event) => setScrollTop(event.currentTarget.scrollTop),
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
    toTop: useCallback(() => {
      frame.current?.scrollTo({ top: 0 });
    }, []),
  };
}
