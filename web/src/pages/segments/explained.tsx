import { Anchor, Badge, Loader, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import type { Explanation } from "../../api/client";
import { explained, explainedDefinition } from "../../api/queries";
import { Moment } from "../../parts/moment";
import { Problem } from "../../parts/problem";
import type { Condition } from "./definition";
import { InWords } from "./in-words";
import css from "./segments.module.css";
import { actual, byPlace, stretch } from "./why";

/** Events that are linked for one condition, the latest ones. */
const MOST_EVENTS = 5;

interface Props {
  contactId: number;
  condition: Condition;
}

/** Why the contact is in the segment, or is not. */
export function WhyInSegment({ segmentId, ...props }: Props & { segmentId: number }) {
  const { data, error, refetch } = useQuery(explained(segmentId, props.contactId));
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader size="sm" aria-label="Looking" />;
  return <Explained {...props} explanation={data.condition} isIn={data.member} at={data.at} />;
}

/** Why the definition would find the contact, or would not. */
export function WhyFound({ definition, contactId }: { definition: string; contactId: number }) {
  const { data, error, refetch } = useQuery({
    ...explainedDefinition(definition, contactId),
    placeholderData: keepPreviousData,
  });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader size="sm" aria-label="Looking" />;
  const { condition } = JSON.parse(definition) as { condition: Condition };
  const found = data.condition;
  return (
    <Explained
      contactId={contactId}
      condition={condition}
      explanation={found}
      isIn={found.holds}
      at={data.at}
    />
  );
}

interface ExplainedProps extends Props {
  explanation: Explanation;
  isIn: boolean;
  at: string;
}

function Explained({ contactId, condition, explanation, isIn, at }: ExplainedProps) {
  const places = byPlace(explanation);
  return (
    <div className={css.why}>
      <p role="status">
        <Badge color={isIn ? "green" : "gray"}>{isIn ? "In" : "Not in"}</Badge>{" "}
        <Text span c="dimmed" fz={12.5}>
          at <Moment text={at} />
        </Text>
      </p>
      <InWords
        condition={condition}
        beside={(place) => {
          const found = places.get(place);
          return found && <Beside explanation={found} contactId={contactId} />;
        }}
      />
    </div>
  );
}

function Beside({ explanation, contactId }: { explanation: Explanation; contactId: number }) {
  const { holds, events = [], event_count: count = 0 } = explanation;
  const said = [actual(explanation), stretch(explanation)].filter(Boolean).join("; ");
  const linked = events.slice(-MOST_EVENTS).reverse();
  return (
    <div className={css.reason} data-holds={holds}>
      <Badge color={holds ? "green" : "red"} size="sm">
        {holds ? "Holds" : "Does not hold"}
      </Badge>
      {said && <span>{said}</span>}
      {linked.map((position) => (
        <Anchor
          key={position}
          href={`/events/${position}?contact=${contactId}`}
          target="_blank"
          fz="inherit"
          underline="always"
          aria-label={`Event at position ${position}`}
        >
          #{position}
        </Anchor>
      ))}
      {count > linked.length && <span>and {(count - linked.length).toLocaleString()} more</span>}
    </div>
  );
}
