import { Anchor, Text } from "@mantine/core";
import { Link } from "wouter";

import type { TimelineEntry } from "../../api/client";

const CAUSES = {
  request: "by a call of the API",
  import: "by an import",
  merge: "by a merge",
  workflow: "by a workflow",
  time: "as time passed",
  definition: "as the segment was defined",
} as const;

interface Props {
  cause: TimelineEntry["cause"];
  /** Of the event, where that is the cause. */
  position: number;
  contactId: number;
}

/** Why it happened; an event is one click away. */
export function Cause({ cause, position, contactId }: Props) {
  if (!cause) return null;
  return (
    <Text fz={12.5} c="dimmed">
      {cause === "event" ? (
        <>
          by{" "}
          <Anchor component={Link} href={`/events/${position}?contact=${contactId}`} fz="inherit">
            the event at position {position.toLocaleString()}
          </Anchor>
        </>
      ) : (
        CAUSES[cause]
      )}
    </Text>
  );
}
