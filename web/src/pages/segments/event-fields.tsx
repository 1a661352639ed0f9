import { Autocomplete, Select, TagsInput } from "@mantine/core";
import { useState } from "react";

import { NumberField } from "../../parts/number-field";
import type { Count, Occurrence } from "./definition";
import { type ElementsForm, type FilterForm, newProperty, type PropertyForm, type TestForm } from "./form";
import { PartList, RemoveButton } from "./group-fields";
import { type Known, useEventNames, useProperties } from "./known";
import css from "./segments.module.css";
import { ofKind, TestFields } from "./test-fields";
import { options } from "./window-fields";
import { COUNTS } from "./words";

const MOST_NAMES = 50;

interface NamesProps {
  label: string;
  names: string[];
  change: (names: string[]) => void;
}

/** One event, or several of which any counts. */
export function EventNames({ label, names, change }: NamesProps) {
  const known = useEventNames();
  const [opened, setOpened] = useState(false);
  return (
    <TagsInput
      label={label}
      placeholder={names.length ? "" : "Name of the event"}
      className={css.long}
      data={known}
      maxTags={MOST_NAMES}
      acceptValueOnBlur
      autoCapitalize="none"
      spellCheck={false}
      value={names}
      dropdownOpened={opened}
      onDropdownOpen={() => setOpened(true)}
      onDropdownClose={() => setOpened(false)}
      onChange={(changed) => {
        // Mostly there is one event: what stands below is not covered any longer.
        setOpened(false);
        change(changed);
      }}
    />
  );
}

const OCCURRENCES: Record<Occurrence, string> = {
  any: "any",
  first: "the first",
  last: "the last",
};

interface OccurrenceProps {
  occurrence: Occurrence;
  change: (occurrence: Occurrence) => void;
}

export function Which({ occurrence, change }: OccurrenceProps) {
  return (
    <Select
      label="Which of them"
      className={css.unit}
      data={options(OCCURRENCES)}
      value={occurrence}
      allowDeselect={false}
      onChange={(chosen) => chosen && change(chosen as Occurrence)}
    />
  );
}

interface FiltersProps {
  names: string[];
  filters: FilterForm[];
  change: (filters: FilterForm[]) => void;
}

/** What the properties of an event must be for it to count. */
export function Filters({ names, filters, change }: FiltersProps) {
  return (
    <div className={css.where}>
      <PartList<PropertyForm>
        of={filters}
        change={change}
        what="property"
        plural="properties"
        create={newProperty}
        show={(part, replace, remove, isNew) => (
          <PropertyFields
            names={names}
            property={part}
            change={replace}
            remove={remove}
            isNew={isNew}
          />
        )}
      />
    </div>
  );
}

interface PropertyProps {
  names: string[];
  property: PropertyForm;
  change: (property: PropertyForm) => void;
  remove: () => void;
  isNew: boolean;
}

function PropertyFields({ names, property, change, remove, isNew }: PropertyProps) {
  const properties = useProperties(names);
  const known = properties.find(({ name }) => name === property.path);
  return (
    <div className={css.property} role="group" aria-label={`Property ${property.path ?? ""}`}>
      <div className={css.fields}>
        <PathField
          label="Property"
          path={property.path}
          known={properties}
          autoFocus={isNew}
          change={(path) => {
            const found = properties.find(({ name }) => name === path);
            change({ ...property, path, test: fittingTest(property.test, found) });
          }}
        />
        <ElementsFields
          path={property.path}
          elements={property.elements}
          change={(elements) => change({ ...property, elements })}
        />
        <TestFields
          test={property.test}
          known={known}
          change={(test) => change({ ...property, test })}
        />
      </div>
      <RemoveButton what="property" remove={remove} />
    </div>
  );
}

/** While no value was given, the test is for the type that is known. */
export function fittingTest(test: TestForm, known: Known | undefined): TestForm {
  if (!known?.type || test.value !== null || test.values.length > 0) return test;
  if (known.type === "date") {
    return test.operator === "equals" ? { ...test, operator: "date" } : test;
  }
  return ofKind(test, known.type);
}

interface PathProps {
  label: string;
  path: string | null;
  known: Known[];
  change: (path: string | null) => void;
  autoFocus?: boolean;
}

/** A path, with those that the catalogue knows to choose from. */
export function PathField({ label, path, known, change, autoFocus = false }: PathProps) {
  const types = new Map(known.map(({ name, type }) => [name, type]));
  return (
    <Autocomplete
      aria-label={label}
      placeholder={label}
      className={css.medium}
      autoCapitalize="none"
      spellCheck={false}
      autoFocus={autoFocus}
      openOnFocus={false}
      data={known.map(({ name }) => name)}
      renderOption={({ option }) => (
        <span className={css.option}>
          <span className="mono">{option.value}</span>
          <span>{types.get(option.value)}</span>
        </span>
      )}
      value={path ?? ""}
      onChange={(text) => change(text || null)}
    />
  );
}

const ELEMENTS: Record<ElementsForm["which"], string> = {
  any: "any element",
  every: "every element",
  at_least: "at least",
  at_most: "at most",
  exactly: "exactly",
};

interface ElementsProps {
  path: string | null;
  elements: ElementsForm;
  change: (elements: ElementsForm) => void;
}

/** How many elements must pass, where the path leads through an array. */
export function ElementsFields({ path, elements, change }: ElementsProps) {
  if (!path?.includes("[]")) return null;
  const { which, value } = elements;
  return (
    <>
      <Select
        aria-label="How many elements"
        className={css.short}
        data={options(ELEMENTS)}
        value={which}
        allowDeselect={false}
        onChange={(chosen) =>
          chosen && change({ ...elements, which: chosen as ElementsForm["which"] })
        }
      />
      {which !== "any" && which !== "every" && (
        <NumberField
          aria-label="Number of elements"
          className={css.number}
          value={value}
          change={(changed) => change({ ...elements, value: changed })}
        />
      )}
    </>
  );
}

interface TimesProps {
  count: { operator: Count["operator"]; value: number | null };
  change: (count: TimesProps["count"]) => void;
}

/** How often. */
export function Times({ count, change }: TimesProps) {
  return (
    <div className={css.pair}>
      <Select
        label="How often"
        className={css.unit}
        data={options(COUNTS)}
        value={count.operator}
        allowDeselect={false}
        onChange={(chosen) =>
          chosen && change({ ...count, operator: chosen as Count["operator"] })
        }
      />
      <NumberField
        aria-label="Times"
        className={css.number}
        rightSection={<span className={css.times}>times</span>}
        rightSectionWidth={48}
        value={count.value}
        change={(value) => change({ ...count, value })}
      />
    </div>
  );
}
