import { ActionIcon, Button, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";

import { eventNames } from "../../api/queries";
import { Icon } from "../../parts/icons";
import css from "./events.module.css";
import { type FilterText, isEmpty, nothing } from "./filter";

interface Props {
  text: FilterText;
  change: (text: FilterText) => void;
}

export function FilterBar({ text, change }: Props) {
  const { data } = useQuery(eventNames);
  const [contact, setContact] = useState(text.contact);
  useEffect(() => setContact(text.contact), [text.contact]);

  function find(event: FormEvent) {
    event.preventDefault();
    change({ ...text, contact: contact.trim() });
  }

  return (
    <search className={css.filters}>
      <TagsInput
        className={css.names}
        label="Names"
        placeholder={text.names.length ? "" : "All"}
        data={data?.names ?? []}
        value={text.names}
        limit={100}
        clearable
        clearButtonProps={{ "aria-label": "Clear the names" }}
        onChange={(names) => change({ ...text, names })}
      />
      <form onSubmit={find} className={css.contact}>
        <TextInput
          label="Contact"
          placeholder="E-mail, phone, own id or number"
          autoCapitalize="none"
          enterKeyHint="search"
          value={contact}
          onChange={(event) => setContact(event.currentTarget.value)}
          rightSection={
            <ActionIcon type="submit" variant="subtle" color="gray" aria-label="Find the contact">
              <Icon name="search" size={16} />
            </ActionIcon>
          }
        />
      </form>
      <TextInput
        type="date"
        label="From"
        value={text.from}
        max={text.to || undefined}
        onChange={(event) => change({ ...text, from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={text.to}
        min={text.from || undefined}
        onChange={(event) => change({ ...text, to: event.currentTarget.value })}
      />
      {!isEmpty(text) && (
        <Button variant="default" onClick={() => change(nothing)}>
          Clear
        </Button>
      )}
    </search>
  );
}
