import { Group, SegmentedControl, Skeleton, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState } from "react";

import { segmentSizes } from "../../api/queries";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { course } from "./sizes";

const Line = lazy(() => import("../../parts/line"));

const HEIGHT = 170;
const DAY_MILLISECONDS = 86_400_000;
const SPANS = [
  { value: "1", label: "Day" },
  { value: "30", label: "30 days" },
  { value: "", label: "All" },
];

/** How many members there were. */
export function OverTime({ id }: { id: number }) {
  const [days, setDays] = useState("");
  // A moment that moves would be another question each time; that of choosing stays.
  const start = useMemo(
    () => (days ? new Date(Date.now() - Number(days) * DAY_MILLISECONDS).toISOString() : null),
    [days],
  );
  const { data, error, refetch } = useQuery({
    ...segmentSizes(id, start),
    placeholderData: keepPreviousData,
  });
  const shown = useMemo(() => (data ? course(data) : null), [data]);
  const entered = data?.moves.reduce((sum, move) => sum + move.entered, 0) ?? 0;
  const left = data?.moves.reduce((sum, move) => sum + move.left, 0) ?? 0;
  return (
    <Panel label="Members over time">
      <Group justify="space-between" mb="sm">
        <Title order={2} fz={16}>
          Members over time
        </Title>
        <SegmentedControl
          size="xs"
          aria-label="Since when"
          data={SPANS}
          value={days}
          onChange={setDays}
        />
      </Group>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {shown ? (
        <Suspense fallback={<Skeleton height={HEIGHT} />}>
          <Line
            {...shown}
            height={HEIGHT}
            label={`Members over time, from ${shown.values[0]} to ${shown.values.at(-1)}`}
          />
        </Suspense>
      ) : (
        <Skeleton height={HEIGHT} />
      )}
      <Text c="dimmed" fz={13} mt={4} role="status">
        {entered.toLocaleString()} entered and {left.toLocaleString()} left in that time.
      </Text>
    </Panel>
  );
}
