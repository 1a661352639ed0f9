/** Pixels that every browser can lay out and scroll, with room to spare. */
export const TALLEST = 12_000_000;
const AROUND = 10;

export interface RowWindow {
  /** The rows to put into the page: from `first` up to, and without, `end`. */
  first: number;
  end: number;
  /** Pixels of the sheet on which they lie. */
  height: number;
  /** Where a row lies on the sheet, now. */
  top: (index: number) => number;
}

/**
 * Which rows of equal height are in sight. Where all of them are taller than a browser can lay out,
 * the sheet is lower and scrolling goes faster, so that its end is the end of the rows.
 */
export function rowWindow(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): RowWindow {
  const whole = count * rowHeight;
  const height = Math.min(whole, TALLEST);
  const above = scrollTop * pace(count, rowHeight, viewHeight);
  const first = Math.max(0, Math.floor(above / rowHeight) - AROUND);
  const end = Math.min(count, Math.ceil((above + viewHeight) / rowHeight) + AROUND);
  return { first, end, height, top: (index) => index * rowHeight - above + scrollTop };
}

/** Where to scroll to so that the row comes into sight, or null where it is there. */
export function scrollFor(
  index: number,
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number | null {
  const faster = pace(count, rowHeight, viewHeight);
  const above = scrollTop * faster;
  const top = index * rowHeight;
  if (top < above) return top / faster;
  if (top + rowHeight > above + viewHeight) return (top + rowHeight - viewHeight) / faster;
  return null;
}

/** The row at the upper edge, and the part of it that is above, as in 12.5. */
export function rowAtTop(
  count: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
): number {
  return (scrollTop * pace(count, rowHeight, viewHeight)) / rowHeight;
}

/** Where to scroll to so that what `rowAtTop` said is at the upper edge. */
export function scrollToTop(
  row: number,
  count: number,
  rowHeight: number,
  viewHeight: number,
): number {
  return (row * rowHeight) / pace(count, rowHeight, viewHeight);
}

/** How many pixels of rows pass for each pixel that is scrolled. */
function pace(count: number, rowHeight: number, viewHeight: number): number {
  const whole = count * rowHeight;
  return whole <= TALLEST ? 1 : (whole - viewHeight) / (TALLEST - viewHeight);
}
