import { Code, Loader, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { overview } from "../../api/queries";
import { CodeBlock } from "../../parts/code";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { size } from "../start/amounts";
import { OldEvents } from "./old-events";

const EVERY = 30_000;

/** What stands in the data directory; the rest is small, or comes and goes. */
const STORES: Record<string, string> = {
  "journal.db": "The journal: every event and change as it was accepted. All else follows from it.",
  events: "The event store: applied events, for searching and counting.",
  "directory.db": "Contacts, attributes, lists, segments and their history.",
  "keys.db": "API keys.",
  "people.db": "Who may sign in, and what they changed.",
  "webhooks.db": "Webhooks, and what is still to be delivered.",
  files: "Files of imports and exports, while they are needed.",
};

/** What is kept where, how it is backed up, and for how long. */
export function Stored() {
  const { data, error, refetch } = useQuery(overview(EVERY));
  if (!data) {
    return error ? <Problem error={error} retry={() => void refetch()} /> : <Loader aria-label="Loading" />;
  }
  const { parts, free } = data.disk;
  return (
    <Stack gap="lg">
      <Listing label="Stores" heads={["Store", "On disk", "What it has"]} loading={false} empty="None">
        {Object.entries(STORES).map(([name, meaning]) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Code>{name}</Code>
            </Table.Td>
            <Table.Td className="tabular" style={{ whiteSpace: "nowrap" }}>{size(parts[name] ?? 0)}</Table.Td>
            <Table.Td c="dimmed">{meaning}</Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Td fw={600}>Free</Table.Td>
          <Table.Td className="tabular" style={{ whiteSpace: "nowrap" }}>{size(free)}</Table.Td>
          <Table.Td c="dimmed">Left on the file system.</Table.Td>
        </Table.Tr>
      </Listing>
      <Part title="Backup">
        <Text mb="sm">
          Last made:{" "}
          <strong>{data.last_backup ? <Moment text={data.last_backup} /> : "none that is known of"}</strong>. Run
          this where the data is, also while the server runs:
        </Text>
        <CodeBlock what="backup command" text="footfall backup ./backup --data ./data" />
        <Text c="dimmed" mt="sm">
          To restore, put the files into an empty directory and run <Code>footfall rebuild</Code> on
          it.
        </Text>
      </Part>
      <Part title="Retention">
        <OldEvents />
        <Text mt="md">
          Erasing a contact removes it with all that its events said, in every store and in the
          journal; its bytes leave the disk when this is run, with the server stopped:
        </Text>
        <CodeBlock what="compact command" text="footfall compact --data ./data" />
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel label={title}>
      <Title order={2} fz={16} mb="sm">
        {title}
      </Title>
      {children}
    </Panel>
  );
}
