import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { lookedUp } from "../../api/queries";

const PAUSE_MILLISECONDS = 200;

interface Props {
  label: string;
  chosen: { id: number; label: string } | null;
  choose: (contact: { id: number; label: string } | null) => void;
}

/** One contact, found by the beginning of whatever names it. */
export function ContactPicker({ label, chosen, choose }: Props) {
  const [text, setText] = useState(chosen?.label ?? "");
  const [wanted] = useDebouncedValue(text.trim(), PAUSE_MILLISECONDS);
  const { data } = useQuery({ ...lookedUp(wanted, null), placeholderData: keepPreviousData });
  const found = wanted ? (data?.contacts ?? []) : [];
  const offered = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found;
  return (
    <Select
      label={label}
      placeholder="E-mail address, own id, phone number"
      searchable
      clearable
      clearButtonProps={{ "aria-label": "Nobody" }}
      autoCapitalize="none"
      spellCheck={false}
      nothingFoundMessage={wanted ? "Nobody is known by what begins so" : "Type to find somebody"}
      data={offered.map(({ id, label: called }) => ({ value: String(id), label: called }))}
      filter={({ options }) => options}
      searchValue={text}
      onSearchChange={setText}
      value={chosen && String(chosen.id)}
      onChange={(id) => choose(offered.find((each) => String(each.id) === id) ?? null)}
    />
  );
}
