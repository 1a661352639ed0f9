import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { changes } from "../../api/queries";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";

/** Who changed what, latest first. */
export function Changes() {
  const { data, error, refetch } = useQuery(changes);
  return (
    <>
      <Text c="dimmed" mb="md">
        What people changed here, latest first.
      </Text>
      <Listing
        label="Changes"
        heads={["When", "Who", "What", "Of", "Details"]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty="Nothing was changed yet"
      >
        {data?.changes.map((change, index) => (
          <Table.Tr key={index}>
            <Table.Td className="tabular"><Moment text={change.at} /></Table.Td>
            <Table.Td>{change.actor}</Table.Td>
            <Table.Td>{change.action.replaceAll("_", " ")}</Table.Td>
            <Table.Td>{change.subject}</Table.Td>
            <Table.Td c="dimmed">{change.details}</Table.Td>
          </Table.Tr>
        ))}
      </Listing>
    </>
  );
}
