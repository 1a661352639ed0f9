import { Alert, Anchor, Text } from "@mantine/core";
import { Link } from "wouter";

import { Moment } from "../../parts/moment";
import { ago } from "../../parts/when";
import { useLive } from "../live/use-live";

/** Why the latest refused request was refused, for whoever waits for the first event. */
export function LatestRefusal() {
  const { feed } = useLive();
  const refused = feed.rows.findLast((row) => row.refused)?.refused;
  if (!refused) return null;
  return (
    <Alert
      color="red"
      mb="md"
      role="status"
      title={`A request was refused: ${refused.status} ${refused.code}`}
    >
      {refused.message}
      <Text c="dimmed" mt={4}>
        <Moment text={refused.received_at}>{ago(refused.received_at, Date.now()) || undefined}</Moment> by {refused.key_name || "an unknown key"} ·{" "}
        <Anchor component={Link} href="/live?show=refused">
          See what it said
        </Anchor>
      </Text>
    </Alert>
  );
}
