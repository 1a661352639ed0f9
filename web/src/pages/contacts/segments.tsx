import { Anchor, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";

import { memberships } from "../../api/queries";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import css from "./contacts.module.css";

/** The segments that a contact is in, each with why. */
export function Segments({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(memberships(id));
  return (
    <Panel label="Segments">
      <Title order={2} fz={14} mb="sm">
        Segments
      </Title>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {data?.segments.length === 0 && <Text c="dimmed">In none</Text>}
      <ul className={css.segments}>
        {data?.segments.map(({ segment_id: segment, name, since }) => (
          <li key={segment}>
            <Anchor component={Link} href={`/segments/${segment}`}>
              {name}
            </Anchor>
            <Text c="dimmed" fz={12.5}>
              since <Moment text={since} />,{" "}
              <Anchor
                component={Link}
                href={`/segments/${segment}?contact=${id}`}
                fz="inherit"
                underline="always"
                aria-label={`Why in ${name}`}
              >
                why
              </Anchor>
            </Text>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
