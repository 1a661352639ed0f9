import { Button, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answer, api, type Segment } from "../../api/client";
import { SEGMENTS } from "../../api/queries";

interface Props {
  segment: Segment;
  size?: "sm" | "compact-sm";
}

/** Gives the segment its former definition back while the members of another are being found. */
export function CancelChange({ segment: { id, name }, size = "sm" }: Props) {
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/footfall/v1/segments/{segment_id}/cancel", {
          params: { path: { segment_id: id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: SEGMENTS }),
  });
  return (
    <>
      <Button
        variant="default"
        size={size}
        loading={cancel.isPending}
        aria-label={`Cancel the change of ${name}`}
        onClick={() => cancel.mutate()}
      >
        Cancel the change
      </Button>
      {cancel.error && (
        <Text c="red" fz={13} role="alert">
          {cancel.error.message}
        </Text>
      )}
    </>
  );
}
