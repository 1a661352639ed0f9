import { Anchor, Loader, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import { lookedUp, segmentMembers } from "../../api/queries";
import { Further } from "../../parts/further";
import { Icon } from "../../parts/icons";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { called } from "../contacts/known";
import css from "./segments.module.css";

const PAUSE_MILLISECONDS = 200;

/** Who is in, and finding one among them by the beginning of an identifier. */
export function Members({ id }: { id: number }) {
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), PAUSE_MILLISECONDS);
  return (
    <Panel label="Members">
      <Title order={2} fz={16} mb="sm">
        Members
      </Title>
      <TextInput
        aria-label="Find a member"
        placeholder="E-mail address, own id or phone number"
        leftSection={<Icon name="search" size={16} />}
        autoCapitalize="none"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        mb="sm"
      />
      {wanted ? <Found id={id} text={wanted} /> : <All id={id} />}
    </Panel>
  );
}

function All({ id }: { id: number }) {
  const list = useInfiniteQuery(segmentMembers(id));
  const { data, error, refetch } = list;
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader aria-label="Loading" />;
  const members = data.pages.flatMap((page) => page.members);
  if (members.length === 0) return <Text c="dimmed">Nobody is in.</Text>;
  return (
    <div className={css.rows} tabIndex={0} role="region" aria-label="All members">
      <ul>
        {members.map(({ contact, since }) => (
          <li key={contact.id}>
            <Anchor component={Link} href={`/contacts/${contact.id}`}>
              {called(contact)}
            </Anchor>
            <span>since <Moment text={since} /></span>
          </li>
        ))}
      </ul>
      <Further of={list} label="Show more" />
    </div>
  );
}

function Found({ id, text }: { id: number; text: string }) {
  const { data, error, refetch } = useQuery({
    ...lookedUp(text, id),
    placeholderData: keepPreviousData,
  });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader aria-label="Loading" />;
  if (data.contacts.length === 0) {
    return <Text c="dimmed">No member has an identifier that begins so.</Text>;
  }
  return (
    <div className={css.rows} tabIndex={0} role="region" aria-label="Members found">
      <ul>
        {data.contacts.map((contact) => (
          <li key={contact.id}>
            <Anchor component={Link} href={`/contacts/${contact.id}`}>
              {contact.label}
            </Anchor>
          </li>
        ))}
      </ul>
    </div>
  );
}
