import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";

import { ApiError } from "../../api/client";
import { catalogue, eventPage, facets, lookedUp, receipt } from "../../api/queries";
import { Icon } from "../../parts/icons";
import css from "./events.module.css";
import { type EventFilter, everything, type FilterText, nothing } from "./filter";
import { type Suggestion, suggestions } from "./suggestions";
import { spoken } from "./time-range";

const REQUEST = "request:";
const PAUSE_MILLISECONDS = 150;

/** What is shorter is the beginning of too many contacts. */
const SHORTEST_BEGINNING = 2;
/** What is a condition, or several words, is the beginning of no contact. */
const NO_CONTACT = /[=<>~\s]/;

interface Props {
  text: FilterText;
  /** As the server takes it; null while the contact is not known. */
  filter: EventFilter | null;
  change: (text: FilterText) => void;
}

/** One box for everything: what is typed is taken for what it looks like, and shown as a pill. */
export function SearchBox({ text, filter, change }: Props) {
  const [typed, setTyped] = useState("");
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const offered = useSuggestions(typed, text, filter);
  const request = useRequest(() => setTyped(""));
  const { selectFirstOption, resetSelectedOption } = box;
  useEffect(() => {
    if (typed.trim()) selectFirstOption();
    else resetSelectedOption();
  }, [typed, offered, selectFirstOption, resetSelectedOption]);

  function take({ then }: Suggestion) {
    if ("type" in then) {
      setTyped(then.type);
      return;
    }
    setTyped("");
    box.closeDropdown();
    if ("filter" in then) change(then.filter);
    else request.go(then.go);
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Backspace" && typed === "") {
      const last = pills(text).at(-1);
      if (last) change(last.without);
    }
    if (event.key === "Enter" && typed.trim() === "") event.preventDefault();
  }

  return (
    <Combobox
      store={box}
      withinPortal={false}
      onOptionSubmit={(index) => {
        const chosen = offered[Number(index)];
        if (chosen) take(chosen);
      }}
    >
      <Combobox.DropdownTarget>
        <PillsInput
          className={css.box}
          leftSection={<Icon name="search" size={16} />}
          error={request.problem}
          onClick={() => box.openDropdown()}
        >
          <Pill.Group>
            {pills(text).map(({ label, without }) => (
              <Pill
                key={label}
                withRemoveButton
                removeButtonProps={{ "aria-label": `Remove ${label}`, "aria-hidden": false, tabIndex: 0 }}
                onRemove={() => change(without)}
              >
                {label}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                aria-label="Find events"
                placeholder={
                  pills(text).length ? "" : "Event, contact, property=value, word, date, request id"
                }
                autoCapitalize="none"
                autoComplete="off"
                spellCheck={false}
                enterKeyHint="search"
                value={typed}
                onFocus={() => box.openDropdown()}
                onBlur={() => box.closeDropdown()}
                onChange={(event) => {
                  request.forget();
                  setTyped(event.currentTarget.value);
                  box.openDropdown();
                }}
                onKeyDown={press}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={offered.length === 0}>
        <Combobox.Options aria-label="Suggestions" mah={340} style={{ overflowY: "auto" }}>
          {offered.map(({ kind, label }, index) => (
            <Combobox.Option key={`${kind} ${label}`} value={String(index)} className={css.option}>
              <span className={css.kind}>{kind}</span>
              <span className="breakable">{label}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** What may be meant, by the catalogue, by whom there is, and by what is in sight. */
function useSuggestions(typed: string, text: FilterText, filter: EventFilter | null) {
  const { data: names } = useQuery(catalogue);
  const { data: found } = useQuery({
    ...eventPage(filter ?? everything, 0, null),
    enabled: filter !== null,
  });
  const { data: seen } = useQuery({
    ...facets(filter ?? everything),
    enabled: filter !== null && found !== undefined,
  });
  const [begun] = useDebouncedValue(typed.trim(), PAUSE_MILLISECONDS);
  const mayName = begun.length >= SHORTEST_BEGINNING && !NO_CONTACT.test(begun);
  const { data: known } = useQuery({
    ...lookedUp(begun, null),
    enabled: mayName,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    const values = (path: string) =>
      seen?.properties.find((each) => each.path === path)?.values.map((each) => each.value) ?? [];
    const contacts = [...new Set(found?.events.map((event) => event.contact.label))];
    const begin = mayName ? (known?.contacts ?? []).map(({ label }) => label) : [];
    return suggestions(typed, text, { catalogue: names, found: begin, contacts, values });
  }, [typed, text, names, found, seen, known, mayName]);
}

/** Going to another page, for a request by way of its receipt. */
function useRequest(arrived: () => void) {
  const queries = useQueryClient();
  const [, leave] = useLocation();
  const find = useMutation({
    mutationFn: (id: string) => queries.fetchQuery(receipt(id)),
    onSuccess: ({ events: [first] }) => {
      arrived();
      if (first) leave(`/events/${first.position}`);
    },
  });
  const unknown = find.error instanceof ApiError && find.error.status === 404;
  return {
    go: (where: string) =>
      where.startsWith(REQUEST) ? find.mutate(where.slice(REQUEST.length)) : leave(where),
    problem: unknown ? "No accepted request has that id" : find.error?.message,
    forget: () => {
      if (find.error) find.reset();
    },
  };
}

interface Given {
  label: string;
  without: FilterText;
}

/** What the filter is made of, each with the filter that is left without it. */
function pills(text: FilterText): Given[] {
  const time = spoken(text);
  return [
    ...text.names.map((name) => ({
      label: name,
      without: { ...text, names: text.names.filter((each) => each !== name) },
    })),
    ...(text.contact ? [{ label: text.contact, without: { ...text, contact: nothing.contact } }] : []),
    ...text.where.map((condition) => ({
      label: condition,
      without: { ...text, where: text.where.filter((each) => each !== condition) },
    })),
    ...(text.text ? [{ label: `says “${text.text}”`, without: { ...text, text: "" } }] : []),
    ...(time ? [{ label: time, without: { ...text, from: "", to: "" } }] : []),
  ];
}
