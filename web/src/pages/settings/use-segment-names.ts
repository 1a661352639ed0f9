import { useQuery } from "@tanstack/react-query";

import { segments } from "../../api/queries";

/** Says which segments a webhook is told of; one that is gone is called by its number. */
export function useSegmentNames(): (ids: number[]) => string {
  const { data } = useQuery(segments);
  const names = new Map(data?.segments.map(({ id, name }) => [id, name]));
  return (ids) =>
    ids.length === 0
      ? "all segments"
      : ids.map((id) => names.get(id) ?? `segment ${id}`).join(", ");
}
