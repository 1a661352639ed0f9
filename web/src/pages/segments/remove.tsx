import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";

import { answer, api, type Segment } from "../../api/client";
import { segments } from "../../api/queries";
import { Confirm } from "../../parts/confirm";

/** Removes a segment after saying what goes; one that is being computed stops at that. */
export function Remove({ segment, close }: { segment: Segment | null; close: () => void }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const remove = useMutation({
    mutationFn: ({ id }: Segment) =>
      answer(
        api.DELETE("/footfall/v1/segments/{segment_id}", { params: { path: { segment_id: id } } }),
      ),
    onSuccess: async () => {
      close();
      go("/segments");
      await queries.invalidateQueries({ queryKey: segments.queryKey, exact: true });
    },
  });
  return (
    <Confirm
      opened={segment !== null}
      title={`Remove ${segment?.name ?? ""}?`}
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      close={close}
      confirm={() => segment && remove.mutate(segment)}
    >
      {segment?.state === "computing" && "Computing it ends. "}
      The segment goes with the history of who entered and left. Its contacts stay.
    </Confirm>
  );
}
