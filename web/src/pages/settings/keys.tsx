import { Badge, Button, Code, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answer, api, type Key } from "../../api/client";
import { keys } from "../../api/queries";
import { CopyLine } from "../../parts/code";
import { Icon } from "../../parts/icons";
import { KeyForm } from "../start/new-key";
import { Confirm } from "../../parts/confirm";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";

export function Keys() {
  const { data, error, refetch } = useQuery(keys);
  const [creating, create] = useDisclosure(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text c="dimmed">Programs call the API with a key. Secrets are stored as hashes.</Text>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={create.open}>
          New key
        </Button>
      </Group>
      <Listing
        label="API keys"
        heads={["Name", "Id", "Scopes", "Created", ""]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty="No keys yet"
      >
        {data?.keys.map((key) => (
          <Row key={key.id} shownKey={key} revoke={() => setRevoking(key)} />
        ))}
      </Listing>
      <NewKeyDialog opened={creating} close={create.close} />
      <Revoke shownKey={revoking} close={() => setRevoking(null)} />
    </>
  );
}

function Row({ shownKey: key, revoke }: { shownKey: Key; revoke: () => void }) {
  return (
    <Table.Tr>
      <Table.Td fw={600}>{key.name}</Table.Td>
      <Table.Td>
        <Code>{key.id}</Code>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {key.scopes.map((scope) => (
            <Badge key={scope} color={scope === "admin" ? "ink" : "gray"}>
              {scope}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td className="tabular"><Moment text={key.created_at} /></Table.Td>
      <Table.Td ta="right">
        {key.revoked_at ? (
          <Badge color="red">Revoked</Badge>
        ) : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Revoke ${key.name}`}
            onClick={revoke}
          >
            Revoke
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function NewKeyDialog({ opened, close }: { opened: boolean; close: () => void }) {
  const [secret, setSecret] = useState("");

  function leave() {
    close();
    setSecret("");
  }

  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={secret ? "The key is ready" : "New API key"}
      closeOnClickOutside={!secret}
    >
      {secret ? (
        <Stack>
          <CopyLine text={secret} what="API key" />
          <Text c="dimmed">Copy it now: it cannot be shown again.</Text>
          <Button onClick={leave}>Done</Button>
        </Stack>
      ) : (
        <KeyForm created={setSecret} submit="Create key" />
      )}
    </Modal>
  );
}

function Revoke({ shownKey: key, close }: { shownKey: Key | null; close: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) =>
      answer(api.DELETE("/footfall/v1/keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries(keys);
      close();
    },
  });
  return (
    <Confirm
      opened={key !== null}
      title={`Revoke ${key?.name ?? ""}?`}
      action="Revoke"
      pending={revoke.isPending}
      error={revoke.error}
      close={close}
      confirm={() => key && revoke.mutate(key.id)}
    >
      Calls with this key are refused from then on. It cannot be taken back.
    </Confirm>
  );
}
