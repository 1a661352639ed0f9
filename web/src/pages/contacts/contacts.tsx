import { Autocomplete, Button, Group } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";

import { ApiError } from "../../api/client";
import { contact, lookedUp } from "../../api/queries";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { ContactList } from "./contact-list";

const PAUSE_MILLISECONDS = 150;
const MOST_OFFERED = 10;

/** Opening a contact by anything that names it, or by its beginning; and the list of all. */
export default function Contacts() {
  return (
    <Page title="Contacts" about="Whoever events came from." wide tall>
      <Panel>
        <OpenContact />
      </Panel>
      <ContactList />
    </Page>
  );
}

function OpenContact() {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [identifier, setIdentifier] = useState("");
  const [begun] = useDebouncedValue(identifier.trim(), PAUSE_MILLISECONDS);
  const { data } = useQuery({ ...lookedUp(begun, null), placeholderData: keepPreviousData });
  const found = begun ? (data?.contacts ?? []).slice(0, MOST_OFFERED) : [];
  const open = useMutation({
    mutationFn: () => queries.fetchQuery(contact(identifier.trim())),
    onSuccess: ({ id }) => go(`/contacts/${id}`),
  });
  const unknown = open.error instanceof ApiError && open.error.status === 404;

  function submit(event: FormEvent) {
    event.preventDefault();
    open.mutate();
  }

  return (
    <>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <Autocomplete
            flex={1}
            miw={200}
            label="Open a contact"
            placeholder="E-mail address, phone number, own id or Footfall's number; or its beginning"
            autoCapitalize="none"
            autoFocus
            required
            withAsterisk={false}
            enterKeyHint="go"
            data={[...new Set(found.map(({ label }) => label))]}
            filter={({ options }) => options}
            value={identifier}
            error={unknown ? "Nobody is known by that. Check the spelling." : null}
            onChange={(text) => {
              open.reset();
              setIdentifier(text);
            }}
            onOptionSubmit={(chosen) => {
              const one = found.find(({ label }) => label === chosen);
              if (one) go(`/contacts/${one.id}`);
            }}
          />
          <Button type="submit" loading={open.isPending}>
            Open
          </Button>
        </Group>
      </form>
      {open.error && !unknown && <Problem error={open.error} />}
    </>
  );
}
