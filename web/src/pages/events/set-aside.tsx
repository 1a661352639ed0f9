import { Alert, Anchor, Button, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link } from "wouter";

import { answer, api, type SetAsideEvent } from "../../api/client";
import { contactsChanged, setAside } from "../../api/queries";
import { Confirm } from "../../parts/confirm";
import { Further } from "../../parts/further";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";
import { Page } from "../../parts/page";
import { useUser } from "../../shell/user";
import { type Outcome, replayAll, told } from "./replaying";

/** Nothing that narrows which are applied anew. */
const WHATEVER = {
  reason: null,
  since: null,
  until: null,
  request_id: null,
  dry_run: null,
  limit: null,
};

/** Events that were accepted and wait for their cause to be mended. */
export default function SetAside() {
  const isAdmin = useUser().role === "admin";
  const list = useInfiniteQuery(setAside);
  const { data, error, refetch } = list;
  const [asking, ask] = useDisclosure(false);
  const replay = useMutation({
    mutationFn: () =>
      replayAll((place) =>
        answer(api.POST("/footfall/v1/events/replay", { body: { ...WHATEVER, ...place } })),
      ),
    onSuccess: async () => {
      ask.close();
      await contactsChanged();
    },
  });
  const events = data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Page
      title="Set aside"
      about="Events that were accepted and could not be applied. They are kept until they can be."
      wide
      actions={
        isAdmin && events.length > 0 && <Button onClick={ask.open}>Apply all anew</Button>
      }
    >
      {replay.data && <Came outcome={replay.data} />}
      <Listing
        label="Events that were set aside"
        heads={["Received", "Event", "Who", "Why"]}
        loading={!data}
        error={data ? null : error}
        retry={() => void refetch()}
        empty="Nothing waits: every event that was accepted could be applied."
      >
        {events.map((event) => (
          <Row key={event.position} event={event} />
        ))}
      </Listing>
      <Further of={list} />
      <Confirm
        opened={asking}
        title="Apply all anew?"
        action="Apply"
        color="ink"
        pending={replay.isPending}
        error={replay.error}
        close={ask.close}
        confirm={() => replay.mutate()}
      >
        Mend the causes first: create the contacts, or the attributes under Settings. Each event is
        decided like any other, with the date that it had; what still cannot be applied is set aside
        again.
      </Confirm>
    </Page>
  );
}

function Row({ event }: { event: SetAsideEvent }) {
  const { position, name, identifiers, received_at, message } = event;
  return (
    <Table.Tr>
      <Table.Td className="tabular" miw={130}>
        <Moment text={received_at} />
      </Table.Td>
      <Table.Td className="breakable" miw={150}>
        <Anchor component={Link} href={`/events/${position}`} fw={600}>
          {name || `Position ${position}`}
        </Anchor>
      </Table.Td>
      <Table.Td className="breakable" miw={150}>
        {Object.values(identifiers)[0] ?? ""}
      </Table.Td>
      <Table.Td className="breakable" miw={220}>
        {message}
      </Table.Td>
    </Table.Tr>
  );
}

/** What became of those that were applied anew. */
function Came({ outcome }: { outcome: Outcome }) {
  return (
    <Alert color={outcome.set_aside > 0 ? "yellow" : "green"} role="status" mb="md" p="sm">
      <Text>{told(outcome)}</Text>
    </Alert>
  );
}
