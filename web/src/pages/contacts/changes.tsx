import { Loader, Select, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { contactHistory } from "../../api/queries";
import { said } from "../../parts/differences";
import { Further } from "../../parts/further";
import { Moment } from "../../parts/moment";
import { Problem } from "../../parts/problem";
import { Cause } from "./cause";
import css from "./contacts.module.css";
import { changedNames, changesOf } from "./history";

interface Props {
  id: number;
  /** Of what alone; empty for all. */
  of: string;
  choose: (of: string) => void;
}

/** What changed of a contact, or of one of its attributes, each with what it was and why. */
export function Changes({ id, of, choose }: Props) {
  const list = useInfiniteQuery(contactHistory(id));
  const { data, error, refetch } = list;
  if (error && !data) return <Problem error={error} retry={() => void refetch()} />;
  if (!data) return <Loader m="xl" aria-label="Loading" />;
  const all = data.pages.flatMap((page) => page.entries);
  const entries = changesOf(all, of);
  const names = changedNames(all);
  return (
    <>
      <Select
        label="Changes of"
        placeholder="Everything"
        clearable
        searchable
        clearButtonProps={{ "aria-label": "Everything" }}
        mb="sm"
        maw={320}
        data={of && !names.includes(of) ? [of, ...names] : names}
        value={of || null}
        onChange={(chosen) => choose(chosen ?? "")}
      />
      <div className={css.timeline} tabIndex={0} role="region" aria-label="Changes">
        {entries.length === 0 && (
          <Text c="dimmed" p="md">
            {list.hasNextPage ? "Nothing changed lately." : "Nothing changed."}
          </Text>
        )}
        <ol>
          {entries.map((entry) => (
            <li key={`${entry.position} ${entry.at}`} data-kind="changes">
              <Moment text={entry.at} />
              <div>
                {entry.changes.map((change) => (
                  <div key={`${change.what} ${change.name}`}>{said(change)}</div>
                ))}
                <Cause cause={entry.cause} position={entry.position} contactId={id} />
              </div>
            </li>
          ))}
        </ol>
        <Further of={list} />
      </div>
    </>
  );
}
