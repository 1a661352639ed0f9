import { Alert, Anchor, Badge, Button, Group, Loader, Modal, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";

import {
  answer,
  api,
  type Delivery,
  type TakenDelivery,
  type Webhook as WebhookType,
} from "../../api/client";
import { deliveries, MOST_DELIVERIES, webhooks } from "../../api/queries";
import { Confirm } from "../../parts/confirm";
import { Icon } from "../../parts/icons";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { useUser } from "../../shell/user";
import events from "../events/events.module.css";
import { useSegmentNames } from "./use-segment-names";
import { WebhookForm } from "./webhook-form";
import { Left } from "./webhooks";

/** One webhook: whom it tells, what was not taken, with the reason, and what was taken lately. */
export default function Webhook({ id }: { id: number }) {
  const isAdmin = useUser().role === "admin";
  const { data, error, refetch } = useQuery({ ...webhooks, enabled: isAdmin });
  const webhook = data?.webhooks.find((each) => each.id === id);
  if (webhook) return <Known webhook={webhook} />;
  return (
    <Page title="Webhook" about={<Back />}>
      {!isAdmin && <Alert color="gray">Only administrators see and change webhooks.</Alert>}
      {error && <Problem error={error} retry={() => void refetch()} />}
      {data && <Text>There is no such webhook any more.</Text>}
      {isAdmin && !data && !error && <Loader aria-label="Loading" />}
    </Page>
  );
}

function Back() {
  return (
    <Anchor component={Link} href="/settings/webhooks" size="sm">
      Webhooks
    </Anchor>
  );
}

function Known({ webhook }: { webhook: WebhookType }) {
  const named = useSegmentNames();
  const [changing, change] = useDisclosure(false);
  const [removing, remove] = useDisclosure(false);
  return (
    <Page
      wide
      title="Webhook"
      about={<Back />}
      actions={
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<Icon name="edit" size={16} />}
            onClick={change.open}
          >
            Change
          </Button>
          <Button variant="default" c="var(--mantine-color-error)" onClick={remove.open}>
            Remove
          </Button>
        </Group>
      }
    >
      <Panel label="About the webhook">
        <dl className={events.facts}>
          <Fact name="Address">
            <span className="breakable">{webhook.url}</span>
          </Fact>
          <Fact name="Told of">{named(webhook.segment_ids)}</Fact>
          <Fact name="Created"><Moment text={webhook.created_at} /></Fact>
          <Fact name="Delivered">{webhook.delivered.toLocaleString()}</Fact>
          <Fact name="Not delivered">
            <Left webhook={webhook} />
          </Fact>
        </dl>
      </Panel>
      <Deliveries webhook={webhook} />
      <Delivered id={webhook.id} />
      <Modal opened={changing} onClose={change.close} title="Change the webhook">
        <WebhookForm
          webhook={webhook}
          submit="Save"
          save={(body) =>
            answer(
              api.PUT("/footfall/v1/webhooks/{webhook_id}", {
                params: { path: { webhook_id: webhook.id } },
                body,
              }),
            )
          }
          saved={change.close}
          close={change.close}
        />
      </Modal>
      <Remove webhook={webhook} opened={removing} close={remove.close} />
    </Page>
  );
}

function Deliveries({ webhook: { id, waiting, parked } }: { webhook: WebhookType }) {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(deliveries(id));
  const again = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/footfall/v1/webhooks/{webhook_id}/retry", {
          params: { path: { webhook_id: id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: webhooks.queryKey }),
  });
  const shownOnes = data?.deliveries ?? [];
  const failed = shownOnes.some(({ attempts }) => attempts > 0);
  return (
    <section aria-labelledby="deliveries">
      <Group justify="space-between" mt="xl" mb="md">
        <div>
          <Title order={2} id="deliveries" fz={17}>
            What was not delivered
          </Title>
          <Text c="dimmed">
            Calls are repeated at longer and longer intervals, and parked after nine failures.
          </Text>
        </div>
        {failed && (
          <Button loading={again.isPending} onClick={() => again.mutate()}>
            Send all again now
          </Button>
        )}
      </Group>
      {again.error && <Problem error={again.error} />}
      <Listing
        label="Deliveries"
        heads={["Happened", "Contact", "What", "State", "Failures", "Last answer", ""]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty="Everything was delivered."
      >
        {shownOnes.map((delivery) => (
          <Row key={delivery.id} webhookId={id} delivery={delivery} />
        ))}
      </Listing>
      {waiting + parked > MOST_DELIVERIES && (
        <Text c="dimmed" fz={13} mt="sm">
          The first {MOST_DELIVERIES} of {(waiting + parked).toLocaleString()}.
        </Text>
      )}
    </section>
  );
}

/** What the address took in the last days. */
function Delivered({ id }: { id: number }) {
  const { data, error } = useQuery(deliveries(id));
  const taken = data?.taken ?? [];
  if (error && !data) return null; // Said above, of both.
  return (
    <section aria-labelledby="delivered">
      <Title order={2} id="delivered" fz={17} mt="xl">
        What was delivered
      </Title>
      <Text c="dimmed" mb="md">
        Of the last seven days, at most 1,000 calls; the latest {MOST_DELIVERIES} are shown.
      </Text>
      <Listing
        label="Delivered"
        heads={["Delivered", "Contact", "What", "Attempts", "Answer", "Took", ""]}
        loading={!data}
        empty="Nothing was delivered in the last seven days."
      >
        {taken.map((delivery) => (
          <TakenRow key={delivery.id} webhookId={id} delivery={delivery} />
        ))}
      </Listing>
    </section>
  );
}

function TakenRow({ webhookId, delivery }: { webhookId: number; delivery: TakenDelivery }) {
  return (
    <Table.Tr>
      <Table.Td className="tabular" miw={130}><Moment text={delivery.taken_at} /></Table.Td>
      <Who delivery={delivery} />
      <Table.Td className="tabular">{delivery.attempts}</Table.Td>
      <Table.Td className="tabular">{delivery.status}</Table.Td>
      <Table.Td className="tabular">{Math.round(delivery.milliseconds).toLocaleString()} ms</Table.Td>
      <Again webhookId={webhookId} delivery={delivery} />
    </Table.Tr>
  );
}

/** Whom the call is about, and what happened. */
function Who({ delivery }: { delivery: Delivery | TakenDelivery }) {
  const named = useSegmentNames();
  return (
    <>
      <Table.Td className="breakable" miw={150}>
        <Anchor component={Link} href={`/contacts/${delivery.contact.id}`}>
          {delivery.contact.label}
        </Anchor>
      </Table.Td>
      <Table.Td className="breakable" miw={150}>
        {delivery.entered ? "Entered" : "Left"} {named([delivery.segment_id])}
      </Table.Td>
    </>
  );
}

function Again({ webhookId, delivery }: { webhookId: number; delivery: Delivery | TakenDelivery }) {
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/footfall/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry", {
          params: { path: { webhook_id: webhookId, delivery_id: delivery.id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: webhooks.queryKey }),
  });
  return (
    <Table.Td ta="right" miw={120}>
      <Button
        size="compact-sm"
        variant="subtle"
        loading={again.isPending}
        aria-label={`Send again, contact ${delivery.contact.label}`}
        onClick={() => again.mutate()}
      >
        Send again
      </Button>
      {again.error && (
        <Text fz={12.5} c="var(--mantine-color-error)" role="alert">
          {again.error.message}
        </Text>
      )}
    </Table.Td>
  );
}

function Row({ webhookId, delivery }: { webhookId: number; delivery: Delivery }) {
  return (
    <Table.Tr>
      <Table.Td className="tabular" miw={130}><Moment text={delivery.at} /></Table.Td>
      <Who delivery={delivery} />
      <Table.Td>
        {delivery.parked ? (
          <Badge color="red">Parked</Badge>
        ) : (
          <>
            <Badge color="gray">Waiting</Badge>
            {delivery.next_attempt && (
              <Text fz={12.5} c="dimmed" className="tabular">
                next <Moment text={delivery.next_attempt} />
              </Text>
            )}
          </>
        )}
      </Table.Td>
      <Table.Td className="tabular">{delivery.attempts}</Table.Td>
      <Table.Td className="breakable" miw={180}>{delivery.problem || "none yet"}</Table.Td>
      <Again webhookId={webhookId} delivery={delivery} />
    </Table.Tr>
  );
}

interface RemoveProps {
  webhook: WebhookType;
  opened: boolean;
  close: () => void;
}

function Remove({ webhook, opened, close }: RemoveProps) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const remove = useMutation({
    mutationFn: () =>
      answer(
        api.DELETE("/footfall/v1/webhooks/{webhook_id}", {
          params: { path: { webhook_id: webhook.id } },
        }),
      ),
    onSuccess: async () => {
      go("/settings/webhooks");
      await queries.invalidateQueries({ queryKey: webhooks.queryKey, exact: true });
    },
  });
  return (
    <Confirm
      opened={opened}
      title="Remove the webhook?"
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      close={close}
      confirm={() => remove.mutate()}
    >
      Its address is told nothing any more, not even what waits or is parked.
    </Confirm>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
