import { Autocomplete, Badge, Checkbox, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { lists, segments } from "../../api/queries";
import { NumberField } from "../../parts/number-field";
import type { AggregateFunction, Comparison, FixedUnit, IdentifierKind } from "./definition";
import {
  ElementsFields,
  EventNames,
  Filters,
  fittingTest,
  PathField,
  Times,
  Which,
} from "./event-fields";
import { about, useFindings } from "./findings";
import { newCondition, type SingleForm, type SingleType } from "./form";
import { RemoveButton } from "./group-fields";
import { useAttributes, useProperties } from "./known";
import css from "./segments.module.css";
import { TestFields } from "./test-fields";
import { Amount, FIXED_UNITS, options, WindowFields } from "./window-fields";
import { IDENTIFIERS } from "./words";

const TYPES: { group: string; items: { value: SingleType; label: string }[] }[] = [
  {
    group: "Events",
    items: [
      { value: "did", label: "Did" },
      { value: "did_not", label: "Did not do" },
      { value: "aggregate", label: "Sum, average, … over events" },
      { value: "followed", label: "Did one, then another" },
      { value: "not_followed", label: "Did one, then not another" },
    ],
  },
  {
    group: "Contact",
    items: [
      { value: "attribute", label: "Attribute" },
      { value: "identifier", label: "Identifier" },
      { value: "list", label: "On a list" },
      { value: "segment", label: "In another segment" },
      { value: "created", label: "Was created" },
      { value: "changed", label: "Changed last" },
    ],
  },
];
const FUNCTIONS: Record<AggregateFunction, string> = {
  sum: "sum",
  average: "average",
  min: "least value",
  max: "largest value",
  distinct: "number of different values",
};
const COMPARISONS: Record<Comparison["operator"], string> = {
  at_least: "is at least",
  greater_than: "is greater than",
  equals: "is",
  at_most: "is at most",
  less_than: "is less than",
};

interface Props {
  condition: SingleForm;
  change: (condition: SingleForm) => void;
  remove: () => void;
  isNew: boolean;
}

/** One condition: its type, what fits that, and for how many contacts it holds by itself. */
export function ConditionFields({ condition, change, remove, isNew }: Props) {
  const { problem, tallies } = useFindings();
  const tally = tallies.get(condition.key);
  return (
    <div
      role="group"
      className={css.condition}
      aria-label="Condition"
      data-wrong={problem?.key === condition.key || undefined}
    >
      <div className={css.head}>
        <Select
          aria-label="Type of condition"
          className={css.medium}
          data={TYPES}
          value={condition.type}
          allowDeselect={false}
          maxDropdownHeight={420}
          autoFocus={isNew}
          openOnFocus={false}
          onChange={(chosen) => chosen && change(ofType(condition, chosen))}
        />
        {tally && (
          <Badge color="gray" title="Contacts for whom this condition holds by itself">
            {about(tally)}
          </Badge>
        )}
        <RemoveButton what="condition" remove={remove} />
      </div>
      <Fields condition={condition} change={change} />
    </div>
  );
}

/** Another type; a window that it must have is not left at "at any time". */
function ofType(condition: SingleForm, type: SingleType): SingleForm {
  const isUntouched = condition.when.type === "ever";
  return { ...condition, type, ...(isUntouched && { when: newCondition(type).when }) };
}

type PartProps = Pick<Props, "condition" | "change">;

function Fields({ condition, change }: PartProps) {
  switch (condition.type) {
    case "did":
    case "did_not":
      return <DidFields condition={condition} change={change} />;
    case "aggregate":
      return <AggregateFields condition={condition} change={change} />;
    case "followed":
    case "not_followed":
      return <FollowedFields condition={condition} change={change} />;
    case "attribute":
      return <AttributeFields condition={condition} change={change} />;
    case "identifier":
      return <IdentifierFields condition={condition} change={change} />;
    case "list":
    case "segment":
      return <OneOfGroups condition={condition} change={change} />;
    case "created":
    case "changed":
      return (
        <div className={css.fields}>
          <WindowFields
            window={condition.when}
            change={(when) => change({ ...condition, when })}
          />
        </div>
      );
  }
}

function DidFields({ condition, change }: PartProps) {
  const { type, events, occurrence, count, when, where } = condition;
  return (
    <>
      <div className={css.fields}>
        <EventNames
          label="Event"
          names={events}
          change={(changed) => change({ ...condition, events: changed })}
        />
        {type === "did" && (
          <Which
            occurrence={occurrence}
            change={(changed) => change({ ...condition, occurrence: changed })}
          />
        )}
        {type === "did" && occurrence === "any" && (
          <Times count={count} change={(changed) => change({ ...condition, count: changed })} />
        )}
        <WindowFields window={when} change={(changed) => change({ ...condition, when: changed })} />
      </div>
      <Filters
        names={events}
        filters={where}
        change={(changed) => change({ ...condition, where: changed })}
      />
    </>
  );
}

function AggregateFields({ condition, change }: PartProps) {
  const { events, path, comparison, when, where } = condition;
  const properties = useProperties(events);
  return (
    <>
      <div className={css.fields}>
        <Select
          label="What"
          className={css.short}
          data={options(FUNCTIONS)}
          value={condition.function}
          allowDeselect={false}
          onChange={(chosen) =>
            chosen && change({ ...condition, function: chosen as AggregateFunction })
          }
        />
        <PathField
          label="Property"
          path={path}
          known={properties}
          change={(changed) => change({ ...condition, path: changed })}
        />
        <div className={css.pair}>
          <Select
            aria-label="Comparison"
            className={css.short}
            data={options(COMPARISONS)}
            value={comparison.operator}
            allowDeselect={false}
            onChange={(chosen) =>
              chosen &&
              change({
                ...condition,
                comparison: { ...comparison, operator: chosen as Comparison["operator"] },
              })
            }
          />
          <NumberField
            aria-label="Number"
            className={css.number}
            value={comparison.value}
            change={(value) => change({ ...condition, comparison: { ...comparison, value } })}
          />
        </div>
        <Checkbox
          size="xs"
          className={css.check}
          label="Texts too"
          title="Texts that are written as numbers count as these numbers"
          checked={condition.textsToo}
          onChange={(event) => change({ ...condition, textsToo: event.currentTarget.checked })}
        />
      </div>
      <div className={css.fields}>
        <EventNames
          label="Over the events"
          names={events}
          change={(changed) => change({ ...condition, events: changed })}
        />
        <WindowFields window={when} change={(changed) => change({ ...condition, when: changed })} />
      </div>
      <Filters
        names={events}
        filters={where}
        change={(changed) => change({ ...condition, where: changed })}
      />
    </>
  );
}

function FollowedFields({ condition, change }: PartProps) {
  const { type, events, occurrence, when, where, thenEvents, thenWhere, within } = condition;
  return (
    <>
      <div className={css.fields}>
        <EventNames
          label="First event"
          names={events}
          change={(changed) => change({ ...condition, events: changed })}
        />
        <Which
          occurrence={occurrence}
          change={(changed) => change({ ...condition, occurrence: changed })}
        />
        <WindowFields window={when} change={(changed) => change({ ...condition, when: changed })} />
      </div>
      <Filters
        names={events}
        filters={where}
        change={(changed) => change({ ...condition, where: changed })}
      />
      <div className={css.fields}>
        <EventNames
          label={type === "followed" ? "Then" : "Then not"}
          names={thenEvents}
          change={(changed) => change({ ...condition, thenEvents: changed })}
        />
        <Select
          label="How soon"
          className={css.short}
          data={SOON}
          value={within.limited ? "within" : "later"}
          allowDeselect={false}
          onChange={(chosen) =>
            chosen && change({ ...condition, within: { ...within, limited: chosen === "within" } })
          }
        />
        {within.limited && (
          <Amount
            label="How soon: "
            amount={within.amount}
            unit={within.unit}
            units={FIXED_UNITS}
            change={(amount, unit) =>
              change({ ...condition, within: { limited: true, amount, unit: unit as FixedUnit } })
            }
          />
        )}
      </div>
      <Filters
        names={thenEvents}
        filters={thenWhere}
        change={(changed) => change({ ...condition, thenWhere: changed })}
      />
    </>
  );
}

const SOON = [
  { value: "within", label: "within" },
  { value: "later", label: "at any later time" },
];

function AttributeFields({ condition, change }: PartProps) {
  const known = useAttributes();
  const { attribute, test, elements } = condition;
  return (
    <div className={css.fields}>
      <Autocomplete
        aria-label="Attribute"
        placeholder="Attribute"
        className={css.medium}
        autoCapitalize="characters"
        spellCheck={false}
        data={known.map(({ name }) => name)}
        value={attribute ?? ""}
        onChange={(name) =>
          change({
            ...condition,
            attribute: name || null,
            test: fittingTest(test, known.find((each) => each.name === name)),
          })
        }
      />
      <ElementsFields
        path={attribute}
        elements={elements}
        change={(changed) => change({ ...condition, elements: changed })}
      />
      <TestFields
        test={test}
        known={known.find(({ name }) => name === attribute)}
        change={(changed) => change({ ...condition, test: changed })}
      />
    </div>
  );
}

function IdentifierFields({ condition, change }: PartProps) {
  return (
    <div className={css.fields}>
      <Select
        aria-label="Identifier"
        className={css.medium}
        data={options(IDENTIFIERS)}
        value={condition.identifier}
        allowDeselect={false}
        onChange={(chosen) =>
          chosen && change({ ...condition, identifier: chosen as IdentifierKind })
        }
      />
      <TestFields
        test={condition.test}
        known={undefined}
        change={(test) => change({ ...condition, test })}
      />
    </div>
  );
}

/** A list, or another segment. */
function OneOfGroups({ condition, change }: PartProps) {
  const { type } = condition;
  const { segmentId } = useFindings();
  const { data: listed } = useQuery(lists);
  const { data: grouped } = useQuery(segments);
  const choices =
    type === "list"
      ? (listed?.lists ?? [])
      : (grouped?.segments ?? []).filter(({ id }) => id !== segmentId);
  const chosen = type === "list" ? condition.list : condition.segment;
  return (
    <div className={css.fields}>
      <Select
        label={type === "list" ? "List" : "Segment"}
        className={css.long}
        placeholder={choices.length ? "Choose" : "There is none yet"}
        searchable
        allowDeselect={false}
        data={choices.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={chosen === null ? null : String(chosen)}
        onChange={(id) =>
          id && change({ ...condition, [type === "list" ? "list" : "segment"]: Number(id) })
        }
      />
    </div>
  );
}
