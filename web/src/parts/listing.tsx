import { Loader, Table, Text } from "@mantine/core";
import { Children, type ReactNode } from "react";

import css from "./listing.module.css";

interface Props {
  label: string;
  heads: string[];
  loading: boolean;
  empty: string;
  children: ReactNode;
}

/** A table of a page's length, which scrolls sideways where it is too wide. */
export function Listing({ label, heads, loading, empty, children }: Props) {
  if (loading) return <Loader aria-label="Loading" />;
  if (Children.count(children) === 0) return <Text c="dimmed">{empty}</Text>;
  return (
    <div className={css.listing} tabIndex={0} role="region" aria-label={label}>
      <Table verticalSpacing="sm" horizontalSpacing="md" miw={640}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) =>
              head ? (
                <Table.Th key={head} scope="col" c="dimmed" fw={600} fz={12.5}>
                  {head}
                </Table.Th>
              ) : (
                <Table.Td key={head} />
              ),
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}
