import { Anchor, Loader, Text, Title } from "@mantine/core";
import { useEffect, useRef } from "react";

import type { Preview as PreviewType } from "../../api/client";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { called } from "../contacts/known";
import { faultOf } from "./fault";
import { about } from "./findings";
import css from "./segments.module.css";

interface Props {
  found: PreviewType | undefined;
  /** Whether that is of another definition than the present one. */
  isEarlier: boolean;
  error: Error | null;
  /** What has to be done before anything can be found. */
  missing: string | null;
}

/** How many contacts the definition would find now, and a few of them. */
export function Preview({ found, isEarlier, error, missing }: Props) {
  const change = useChange(isEarlier ? undefined : found?.count);
  return (
    <Panel label="Preview">
      <Title order={2} fz={16} mb="xs">
        Who would be in now
      </Title>
      {missing && <Text c="dimmed">{missing} to see who would be in.</Text>}
      {error && !missing && (faultOf(error) ? <Marked /> : <Problem error={error} />)}
      {!missing && !error && !found && <Loader size="sm" aria-label="Counting" />}
      {!missing && !error && found && (
        <div data-earlier={isEarlier || undefined} className={css.preview}>
          <p role="status">
            <span className={css.count}>{about(found)}</span>{" "}
            {`of ${found.contacts.toLocaleString()} contacts`}
            {change !== 0 && (
              <span>
                {" "}
                ({change > 0 ? "+" : "−"}
                {Math.abs(change).toLocaleString()} by the last change)
              </span>
            )}
          </p>
          {found.estimate && (
            <Text c="dimmed" fz={12.5}>
              An estimate: 95 times out of 100 the number lies so near. Members are never estimated.
            </Text>
          )}
          {found.sample.length > 0 && (
            <ul aria-label="Some of them">
              {found.sample.map((contact) => (
                <li key={contact.id}>
                  <Anchor href={`/contacts/${contact.id}`} target="_blank">
                    {called(contact)}
                  </Anchor>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </Panel>
  );
}

/** What the definition breaks is said where it does. */
function Marked() {
  return <Text c="dimmed">Mend what is marked to see who would be in.</Text>;
}

/** By how much the count differs from the one before; 0 for the first. */
function useChange(count: number | undefined): number {
  const counts = useRef<{ last: number | undefined; before: number | undefined }>({
    last: undefined,
    before: undefined,
  });
  const { last, before } = counts.current;
  useEffect(() => {
    if (count !== undefined && count !== counts.current.last) {
      counts.current = { last: count, before: counts.current.last };
    }
  }, [count]);
  if (count === undefined) return 0;
  const earlier = count === last ? before : last;
  return earlier === undefined ? 0 : count - earlier;
}
