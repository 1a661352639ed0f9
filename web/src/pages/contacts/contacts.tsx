import { Anchor, Button, Group, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";

import { ApiError, type FoundEvent } from "../../api/client";
import { contact, eventPage } from "../../api/queries";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { ago, shown } from "../../parts/when";
import { everything } from "../events/filter";
import css from "./contacts.module.css";

const SHOWN = 12;

/** Opening a contact by anything that names it. */
export default function Contacts() {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [identifier, setIdentifier] = useState("");
  const open = useMutation({
    mutationFn: () => queries.fetchQuery(contact(identifier.trim())),
    onSuccess: (found) => go(`/contacts/${found.id}`),
  });
  const unknown = open.error instanceof ApiError && open.error.status === 404;

  function submit(event: FormEvent) {
    event.preventDefault();
    open.mutate();
  }

  return (
    <Page title="Contacts" about="Whoever events came from.">
      <Panel>
        <form onSubmit={submit}>
          <Group align="flex-end">
            <TextInput
              flex={1}
              miw={200}
              label="Open a contact"
              placeholder="E-mail address, phone number, own id or Footfall's number"
              autoCapitalize="none"
              autoFocus
              required
              enterKeyHint="go"
              value={identifier}
              error={unknown ? "Nobody is known by that. Check the spelling." : null}
              onChange={(event) => {
                open.reset();
                setIdentifier(event.currentTarget.value);
              }}
            />
            <Button type="submit" loading={open.isPending}>
              Open
            </Button>
          </Group>
        </form>
        {open.error && !unknown && <Problem error={open.error} />}
      </Panel>
      <Latest />
    </Page>
  );
}

/** Those of the latest events, each once. */
function Latest() {
  const { data } = useQuery(eventPage(everything, 0, null));
  const latest = new Map<number, FoundEvent>();
  for (const event of data?.events ?? []) {
    if (!latest.has(event.contact.id)) latest.set(event.contact.id, event);
  }
  const rows = [...latest.values()].slice(0, SHOWN);
  if (rows.length === 0) return null;
  return (
    <>
      <Title order={2} fz={16} mt="xl" mb="sm">
        Latest
      </Title>
      <ul className={css.latest}>
        {rows.map((event) => (
          <li key={event.contact.id}>
            <Anchor component={Link} href={`/contacts/${event.contact.id}`} fw={600}>
              {event.contact.label}
            </Anchor>
            <Text c="dimmed" size="sm">
              {event.name} · {ago(event.date, Date.now()) || shown(event.date)}
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}
