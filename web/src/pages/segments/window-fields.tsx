import { Autocomplete, Select, TextInput } from "@mantine/core";

import { NumberField } from "../../parts/number-field";
import type { FixedUnit, Period, Unit, Window } from "./definition";
import type { MomentForm, WindowForm } from "./form";
import { useAttributes } from "./known";
import css from "./segments.module.css";

const TYPES: Record<Window["type"], string> = {
  ever: "at any time",
  last: "in the last",
  next: "in the next",
  before: "before",
  after: "after",
  between: "between",
  calendar: "in the period",
};
const PERIODS: Record<Period, string> = {
  today: "today",
  yesterday: "yesterday",
  this_week: "this week",
  last_week: "last week",
  this_month: "this month",
  last_month: "last month",
  this_year: "this year",
  last_year: "last year",
};
const MOMENTS: Record<MomentForm["kind"], string> = {
  day: "the day",
  time: "the moment",
  now: "now, moved by",
  attribute: "the date in",
};
export const FIXED_UNITS: FixedUnit[] = ["minutes", "hours", "days", "weeks"];
const UNITS: Unit[] = [...FIXED_UNITS, "months"];

export function options(labels: Record<string, string>) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}

interface Props {
  window: WindowForm;
  change: (window: WindowForm) => void;
  label?: string;
}

/** A stretch of time. */
export function WindowFields({ window, change, label = "When" }: Props) {
  const { type } = window;
  return (
    <>
      <Select
        label={label}
        className={css.short}
        data={options(TYPES)}
        value={type}
        allowDeselect={false}
        onChange={(chosen) => chosen && change({ ...window, type: chosen as Window["type"] })}
      />
      {(type === "last" || type === "next") && (
        <Amount
          label={`${label}: `}
          amount={window.amount}
          unit={window.unit}
          units={UNITS}
          change={(amount, unit) => change({ ...window, amount, unit: unit as Unit })}
        />
      )}
      {(type === "before" || type === "after") && (
        <MomentFields
          label={`${label}: `}
          moment={window.moment}
          change={(moment) => change({ ...window, moment })}
        />
      )}
      {type === "between" && (
        <>
          <MomentFields
            shown="From"
            label="From: "
            moment={window.from}
            change={(from) => change({ ...window, from })}
          />
          <MomentFields
            shown="To"
            label="To: "
            moment={window.to}
            change={(to) => change({ ...window, to })}
          />
        </>
      )}
      {type === "calendar" && (
        <Select
          aria-label="Period"
          className={css.short}
          data={options(PERIODS)}
          value={window.period}
          allowDeselect={false}
          onChange={(chosen) => chosen && change({ ...window, period: chosen as Period })}
        />
      )}
    </>
  );
}

interface AmountProps {
  label: string;
  amount: number | null;
  unit: string;
  units: string[];
  change: (amount: number | null, unit: string) => void;
}

export function Amount({ label, amount, unit, units, change }: AmountProps) {
  return (
    <div className={css.pair}>
      <NumberField
        aria-label={`${label}how many`}
        className={css.number}
        value={amount}
        change={(changed) => change(changed, unit)}
      />
      <Select
        aria-label={`${label}unit`}
        className={css.unit}
        data={units}
        value={unit}
        allowDeselect={false}
        onChange={(chosen) => chosen && change(amount, chosen)}
      />
    </div>
  );
}

interface MomentProps {
  label: string;
  /** What stands above, where there is more than one moment. */
  shown?: string;
  moment: MomentForm;
  change: (moment: MomentForm) => void;
}

function MomentFields({ label, shown, moment, change }: MomentProps) {
  const dates = useAttributes().filter(({ type }) => type === "date");
  const { kind, text } = moment;
  return (
    <>
      <Select
        label={shown}
        aria-label={`${label}kind of moment`}
        className={css.short}
        data={options(MOMENTS)}
        value={kind}
        allowDeselect={false}
        onChange={(chosen) =>
          chosen && change({ ...moment, kind: chosen as MomentForm["kind"], text: null })
        }
      />
      {kind === "day" && (
        <TextInput
          type="date"
          aria-label={`${label}day`}
          className={css.short}
          value={text ?? ""}
          onChange={(event) => change({ ...moment, text: event.currentTarget.value || null })}
        />
      )}
      {kind === "time" && (
        <TextInput
          type="datetime-local"
          step={1}
          aria-label={`${label}moment, where you are`}
          className={css.medium}
          value={text ? local(text) : ""}
          onChange={(event) => change({ ...moment, text: instant(event.currentTarget.value) })}
        />
      )}
      {kind === "attribute" && (
        <Autocomplete
          aria-label={`${label}attribute`}
          placeholder="Attribute"
          className={css.short}
          data={dates.map(({ name }) => name)}
          value={moment.attribute ?? ""}
          onChange={(name) => change({ ...moment, attribute: name || null })}
        />
      )}
      {(kind === "now" || kind === "attribute") && (
        <Amount
          label={`${label}moved by, `}
          amount={moment.amount}
          unit={moment.unit}
          units={UNITS}
          change={(amount, unit) => change({ ...moment, amount, unit: unit as Unit })}
        />
      )}
    </>
  );
}

/** The moment where the reader is, as the browser's field takes it. */
function local(text: string): string {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return "";
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

function instant(given: string): string | null {
  return given ? new Date(given).toISOString() : null;
}
