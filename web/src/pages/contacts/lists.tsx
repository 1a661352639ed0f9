import { Anchor, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";

import { lists } from "../../api/queries";
import { Panel } from "../../parts/page";
import css from "./contacts.module.css";

/** The lists that a contact is on, each leading to who else is. */
export function Lists({ ids }: { ids: number[] }) {
  const { data } = useQuery({ ...lists, enabled: ids.length > 0 });
  const names = new Map((data?.lists ?? []).map(({ id, name }) => [id, name]));
  return (
    <Panel label="Lists">
      <Title order={2} fz={14} mb="sm">
        Lists
      </Title>
      {ids.length === 0 && <Text c="dimmed">On none</Text>}
      <ul className={css.segments}>
        {ids.map((id) => (
          <li key={id}>
            <Anchor component={Link} href={`/contacts?list=${id}`}>
              {names.get(id) ?? `List ${id}`}
            </Anchor>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
