import { Badge, Button, Group, Modal, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { answer, api, type Attribute } from "../../api/client";
import { attributes } from "../../api/queries";
import { Confirm } from "../../parts/confirm";
import { Icon } from "../../parts/icons";
import { Listing } from "../../parts/listing";
import { Problem } from "../../parts/problem";

/** Names that stand for identifiers: they are always there. */
const IDENTIFIERS = ["SMS", "EXT_ID", "WHATSAPP", "LANDLINE_NUMBER"];
/** What attributes of other types have. */
const NOTHING = { enumeration: null, multiCategoryOptions: null, value: null, isRecurring: null };
const TYPES = ["text", "float", "date", "boolean"] as const;

/** What is kept of contacts. */
export function Attributes() {
  const { data, error, refetch } = useQuery(attributes);
  const [creating, create] = useDisclosure(false);
  const [removing, setRemoving] = useState<Attribute | null>(null);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text c="dimmed">What is kept of contacts. Events and imports may add some.</Text>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={create.open}>
          New attribute
        </Button>
      </Group>
      <Listing
        label="Attributes"
        heads={["Name", "Type", "Category", ""]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty="No attributes yet"
      >
        {data?.attributes.map((attribute) => (
          <Row
            key={`${attribute.category} ${attribute.name}`}
            attribute={attribute}
            remove={() => setRemoving(attribute)}
          />
        ))}
      </Listing>
      <NewAttribute opened={creating} close={create.close} />
      <Remove attribute={removing} close={() => setRemoving(null)} />
    </>
  );
}

function Row({ attribute, remove }: { attribute: Attribute; remove: () => void }) {
  const { name, type, category } = attribute;
  return (
    <Table.Tr>
      <Table.Td fw={600} className="breakable">
        {name}
      </Table.Td>
      <Table.Td>{type ?? (category === "category" ? "choice" : "computed")}</Table.Td>
      <Table.Td>
        {IDENTIFIERS.includes(name) ? <Badge color="gray">identifier</Badge> : category}
      </Table.Td>
      <Table.Td ta="right">
        {!IDENTIFIERS.includes(name) && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Remove ${name}`}
            onClick={remove}
          >
            Remove
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function NewAttribute({ opened, close }: { opened: boolean; close: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [type, setType] = useState<(typeof TYPES)[number]>("text");
  const create = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/v3/contacts/attributes/{category}/{name}", {
          params: { path: { category: "normal", name } },
          body: { ...NOTHING, type },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries(attributes);
      leave();
    },
  });

  function leave() {
    setName("");
    setType("text");
    create.reset();
    close();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }

  return (
    <Modal opened={opened} onClose={leave} title="New attribute">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="Letters, digits, _ and -; kept in upper case"
            autoCapitalize="characters"
            required
            data-autofocus
            maxLength={255}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Type"
            data={TYPES}
            value={type}
            allowDeselect={false}
            onChange={(chosen) => chosen && setType(chosen)}
          />
          {create.error && <Problem error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Remove({ attribute, close }: { attribute: Attribute | null; close: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: ({ category, name }: Attribute) =>
      answer(
        api.DELETE("/v3/contacts/attributes/{category}/{name}", {
          params: { path: { category, name } },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries(attributes);
      close();
    },
  });
  return (
    <Confirm
      opened={attribute !== null}
      title={`Remove ${attribute?.name ?? ""}?`}
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      close={close}
      confirm={() => attribute && remove.mutate(attribute)}
    >
      Every contact loses its value. The history of each keeps that it had one.
    </Confirm>
  );
}
