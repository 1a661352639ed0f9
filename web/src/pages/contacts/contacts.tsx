import { Button, Group, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";

import { ApiError } from "../../api/client";
import { contact } from "../../api/queries";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { ContactList } from "./contact-list";

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
    <Page title="Contacts" about="Whoever events came from." wide tall>
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
      <ContactList />
    </Page>
  );
}
