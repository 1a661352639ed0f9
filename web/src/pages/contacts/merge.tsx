import { Button, Group, Modal, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";

import { answer, api, ApiError, type Contact } from "../../api/client";
import { contact, contactsChanged } from "../../api/queries";
import { Problem } from "../../parts/problem";
import { compared, called } from "./known";

interface Props {
  contact: Contact;
  label: string;
}

/** Shows this contact and another as one, after showing what comes together. */
export function Merge({ contact: one, label }: Props) {
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Merge with another
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={`Merge ${label}`} size="lg">
        <Choice one={one} close={dialog.close} />
      </Modal>
    </>
  );
}

function Choice({ one, close }: { one: Contact; close: () => void }) {
  const queries = useQueryClient();
  const [identifier, setIdentifier] = useState("");
  const look = useMutation({
    mutationFn: async () => {
      const other = await queries.fetchQuery(contact(identifier.trim()));
      if (other.id === one.id) throw new ApiError(0, "", "That is this very contact.");
      return other;
    },
  });
  const unknown = look.error instanceof ApiError && look.error.status === 404;

  function submit(event: FormEvent) {
    event.preventDefault();
    look.mutate();
  }

  return (
    <Stack>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput
            flex={1}
            miw={200}
            label="The other contact"
            placeholder="E-mail address, phone number, own id or Footfall's number"
            autoCapitalize="none"
            required
            data-autofocus
            value={identifier}
            error={unknown ? "Nobody is known by that. Check the spelling." : null}
            onChange={(event) => {
              look.reset();
              setIdentifier(event.currentTarget.value);
            }}
          />
          <Button type="submit" variant={look.data ? "default" : "filled"} loading={look.isPending}>
            Look up
          </Button>
        </Group>
      </form>
      {look.error && !unknown && <Problem error={look.error} />}
      {look.data && <Together one={one} other={look.data} close={close} />}
    </Stack>
  );
}

function Together({ one, other, close }: { one: Contact; other: Contact; close: () => void }) {
  const [, go] = useLocation();
  const merge = useMutation({
    mutationFn: () =>
      answer(api.POST("/footfall/v1/contacts/merge", { body: { contact_ids: [one.id, other.id] } })),
    onSuccess: async ({ id }) => {
      close();
      go(`/contacts/${id}`);
      await contactsChanged();
    },
  });
  return (
    <>
      <Table horizontalSpacing="xs" layout="fixed" className="breakable">
        <Table.Thead>
          <Table.Tr>
            <Table.Td w="28%" />
            <Table.Th scope="col">{called(one)}</Table.Th>
            <Table.Th scope="col">{called(other)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {compared(one, other).map((each) => (
            <Table.Tr key={each.name}>
              <Table.Th scope="row" fw={400} c="dimmed">
                {each.name}
              </Table.Th>
              <Table.Td>{each.one}</Table.Td>
              <Table.Td>{each.other}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text>
        Both will be shown as one contact, under the number of the older, with the events, lists and
        identifiers of both. Where they differ the newer value is shown. It can be undone at any time.
      </Text>
      {merge.error && <Problem error={merge.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button loading={merge.isPending} onClick={() => merge.mutate()}>
          Merge
        </Button>
      </Group>
    </>
  );
}
