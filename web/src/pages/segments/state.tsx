import { Badge, Group, Progress, Text } from "@mantine/core";

import type { Segment } from "../../api/client";

/** Whether the members are those whom the definition finds, or how far finding them has come. */
export function State({ segment: { state, progress, name } }: { segment: Segment }) {
  if (state === "live") return <Badge color="green">Live</Badge>;
  const percent = Math.floor(100 * (progress ?? 0));
  return (
    <Group gap={8} wrap="nowrap" miw={150}>
      <Badge color="yellow" flex="none">
        Computing
      </Badge>
      <Progress.Root size="sm" flex={1} miw={40}>
        <Progress.Section value={percent} aria-label={`Finding the members of ${name}`} />
      </Progress.Root>
      <Text fz={12.5} className="tabular">
        {percent} %
      </Text>
    </Group>
  );
}
