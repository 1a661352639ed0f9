import { Loader, Table, Text } from "@mantine/core";
import { Children, type ReactNode } from "react";

import css from "./listing.module.css";
import { Problem } from "./problem";

interface Props {
  label: string;
  heads: string[];
  /** Whether the rows are not known yet. */
  loading: boolean;
  error?: Error | null;
  retry?: (() => void) | undefined;
  /** What is said where it is known that there are no rows. */
  empty: string;
  children: ReactNode;
}

/** A table of a page's length, which scrolls sideways where it is too wide. */
export function Listing({ error, retry, ...rows }: Props) {
  return (
    <>
      {error && <Problem error={error} retry={retry} />}
      {!(error && rows.loading) && <Rows {...rows} />}
    </>
  );
}

function Rows({ label, heads, loading, empty, children }: Omit<Props, "error" | "retry">) {
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
