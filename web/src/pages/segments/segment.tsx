import { Anchor, Button, Group, Loader, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useSearch } from "wouter";

import type { Segment as SegmentType } from "../../api/client";
import { lookedUp, segment, segmentHistory, SEGMENTS } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { useUser } from "../../shell/user";
import { CancelChange } from "./cancel-change";
import { ContactPicker } from "./contact-picker";
import { WhyInSegment } from "./explained";
import { InWords } from "./in-words";
import { Members } from "./members";
import { OverTime } from "./over-time";
import { Passages } from "./passages";
import { Remove } from "./remove";
import css from "./segments.module.css";
import { State } from "./state";

/** One segment: its condition, who is in, and how that came about. */
export default function Segment({ id }: { id: number }) {
  const { data, error, refetch } = useQuery(segment(id));
  if (!data) {
    return (
      <Page title="Segment">
        {error ? (
          <Problem error={error} retry={() => void refetch()} />
        ) : (
          <Loader aria-label="Loading" />
        )}
      </Page>
    );
  }
  return <Known segment={data} />;
}

function Known({ segment: shownSegment }: { segment: SegmentType }) {
  const { id, name, state, count, category } = shownSegment;
  const isAdmin = useUser().role === "admin";
  const [removing, remove] = useDisclosure(false);
  useMovement(id, `${state} ${shownSegment.updated_at}`);
  return (
    <Page
      wide
      title={name}
      about={
        <Anchor component={Link} href="/segments" size="sm">
          Segments
        </Anchor>
      }
      actions={
        isAdmin && (
          <Group gap="sm">
            <Button
              component={Link}
              href={`/segments/${id}/edit`}
              variant="default"
              leftSection={<Icon name="edit" size={16} />}
            >
              Edit
            </Button>
            {shownSegment.former_definition !== null && <CancelChange segment={shownSegment} />}
            <Button variant="default" onClick={remove.open}>
              Remove
            </Button>
          </Group>
        )
      }
    >
      <div className={css.segment}>
        <Panel label="Definition">
          <dl className={css.facts}>
            <Fact name="Members">
              <Anchor
                component={Link}
                href={`/contacts?segment=${id}`}
                aria-label={`${count.toLocaleString()} members, as a list of contacts`}
                fz={24}
                fw={650}
                lh={1.2}
                className="tabular"
              >
                {count.toLocaleString()}
              </Anchor>
            </Fact>
            <Fact name="State">
              <State segment={shownSegment} />
            </Fact>
            <Fact name="Changed">
              <Moment text={shownSegment.updated_at} />
            </Fact>
            {category && <Fact name="Category">{category}</Fact>}
            <Fact name="Number">{id}</Fact>
          </dl>
          {state === "computing" && (
            <Text c="dimmed" fz={13} mt="xs">
              The members are being found. Those shown are those of before.
            </Text>
          )}
          <Title order={2} fz={16} mt="md" mb="xs">
            Who is in
          </Title>
          <InWords condition={shownSegment.definition.condition} />
        </Panel>
        <OverTime id={id} />
        <div className={css.whole}>
          <Why segment={shownSegment} />
        </div>
        <Members id={id} />
        <Passages id={id} />
      </div>
      <Remove segment={removing ? shownSegment : null} close={remove.close} />
    </Page>
  );
}

/** Why somebody is in or not; the address may name whom it is about. */
function Why({ segment: { id, definition } }: { segment: SegmentType }) {
  const named = new URLSearchParams(useSearch()).get("contact");
  const { data: found } = useQuery({ ...lookedUp(named ?? "", null), enabled: named !== null });
  const first = found?.contacts.find((each) => String(each.id) === named) ?? null;
  if (named !== null && found === undefined) return null;
  return <WhyPanel key={named} id={id} definition={definition} first={first} />;
}

interface WhyProps {
  id: number;
  definition: SegmentType["definition"];
  first: { id: number; label: string } | null;
}

function WhyPanel({ id, definition, first }: WhyProps) {
  const [chosen, choose] = useState(first);
  return (
    <Panel label="Why">
      <ContactPicker label="Why is this contact in or out?" chosen={chosen} choose={choose} />
      {chosen && (
        <WhyInSegment segmentId={id} contactId={chosen.id} condition={definition.condition} />
      )}
    </Panel>
  );
}

/** Has everything asked for anew when somebody entered or left, and when `state` changes. */
function useMovement(id: number, state: string) {
  const queries = useQueryClient();
  const { data } = useInfiniteQuery(segmentHistory(id));
  const latest = data?.pages[0]?.entries[0];
  const moved = latest && `${latest.position} ${latest.at} ${latest.contact_id}`;
  useEffect(() => {
    for (const part of ["members", "explained"]) {
      void queries.invalidateQueries({ queryKey: [...SEGMENTS, id, part] });
    }
  }, [queries, id, moved, state]);
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: [...SEGMENTS, id, "sizes"] });
  }, [queries, id, state]);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
