import { Anchor, Badge, Button, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import { answer, api, type Webhook } from "../../api/client";
import { webhooks } from "../../api/queries";
import { CopyLine } from "../../parts/code";
import { Icon } from "../../parts/icons";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";
import { WebhookForm } from "./webhook-form";
import { useSegmentNames } from "./use-segment-names";

/** Addresses that are told who enters and leaves segments. */
export function Webhooks() {
  const { data, error, refetch } = useQuery(webhooks);
  const [creating, create] = useDisclosure(false);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text c="dimmed">Addresses that are called when a contact enters or leaves a segment.</Text>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={create.open}>
          New webhook
        </Button>
      </Group>
      <Listing
        label="Webhooks"
        heads={["Address", "Told of", "Delivered", "Not delivered", "Created"]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty="No webhooks yet"
      >
        {data?.webhooks.map((webhook) => (
          <Row key={webhook.id} webhook={webhook} />
        ))}
      </Listing>
      <NewWebhook opened={creating} close={create.close} />
    </>
  );
}

function Row({ webhook }: { webhook: Webhook }) {
  const named = useSegmentNames();
  return (
    <Table.Tr>
      <Table.Td className="breakable" miw={220}>
        <Anchor component={Link} href={`/settings/webhooks/${webhook.id}`} fw={600}>
          {webhook.url}
        </Anchor>
      </Table.Td>
      <Table.Td className="breakable">{named(webhook.segment_ids)}</Table.Td>
      <Table.Td className="tabular">{webhook.delivered.toLocaleString()}</Table.Td>
      <Table.Td>
        <Left webhook={webhook} />
      </Table.Td>
      <Table.Td className="tabular"><Moment text={webhook.created_at} /></Table.Td>
    </Table.Tr>
  );
}

/** How many calls were not taken yet. */
export function Left({ webhook: { waiting, parked } }: { webhook: Webhook }) {
  if (waiting + parked === 0) return <Text c="dimmed">none</Text>;
  return (
    <Group gap={6} wrap="nowrap">
      {waiting > 0 && <Badge color="gray">{waiting.toLocaleString()} waiting</Badge>}
      {parked > 0 && <Badge color="red">{parked.toLocaleString()} parked</Badge>}
    </Group>
  );
}

function NewWebhook({ opened, close }: { opened: boolean; close: () => void }) {
  const [secret, setSecret] = useState("");

  function leave() {
    close();
    setSecret("");
  }

  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={secret ? "The webhook is ready" : "New webhook"}
      closeOnClickOutside={!secret}
    >
      {secret ? (
        <Stack>
          <Text>With this secret you check that a call comes from here.</Text>
          <CopyLine text={secret} what="secret" />
          <Text c="dimmed">Copy it now: it cannot be shown again.</Text>
          <Button onClick={leave}>Done</Button>
        </Stack>
      ) : (
        <WebhookForm
          submit="Create webhook"
          save={(body) => answer(api.POST("/footfall/v1/webhooks", { body }))}
          saved={(created) => setSecret(created.secret)}
          close={leave}
        />
      )}
    </Modal>
  );
}
