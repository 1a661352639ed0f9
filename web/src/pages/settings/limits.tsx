import { Badge, Code, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { about } from "../../api/queries";
import { Listing } from "../../parts/listing";

/** Every setting in force. They are read at the start, so this page only shows them. */
export function Limits() {
  const { data, error, refetch } = useQuery(about);
  return (
    <>
      <Text c="dimmed" mb="md">
        Limits and settings stand in <Code>footfall.toml</Code> in the data directory, or in the
        environment, and are read at the start.
      </Text>
      <Listing
        label="Settings in force"
        heads={["Setting", "Value", "Meaning"]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty="None"
      >
        {data?.settings.map(({ name, value, default: usual, variable, meaning }) => (
          <Table.Tr key={name}>
            <Table.Td>
              <Code title={variable}>{name}</Code>
            </Table.Td>
            <Table.Td>
              <span className="mono">{value || "none"}</span>
              {value !== usual && (
                <Badge ml={8} title={`By default ${usual || "none"}`}>
                  changed
                </Badge>
              )}
            </Table.Td>
            <Table.Td c="dimmed">{meaning}</Table.Td>
          </Table.Tr>
        ))}
      </Listing>
    </>
  );
}
