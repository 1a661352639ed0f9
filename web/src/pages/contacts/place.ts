export interface Place {
  sort: "asc" | "desc";
  offset: number;
  limit: number;
}

/**
 * Where a page of rows lies that are shown latest first. Once it is known how many there are, a page
 * is counted from the oldest, where nothing is added: what comes meanwhile moves no row.
 */
export function placeOf(page: number, count: number | null, size: number): Place {
  if (page === 0 || count === null) return { sort: "desc", offset: page * size, limit: size };
  const offset = count - (page + 1) * size;
  return { sort: "asc", offset: Math.max(0, offset), limit: Math.max(1, Math.min(size, size + offset)) };
}
