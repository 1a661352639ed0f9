import { Autocomplete, Checkbox, Select, TagsInput, TextInput } from "@mantine/core";

import { NumberField } from "../../parts/number-field";
import type { Scalar } from "./definition";
import { kindOf, type Operator, type ScalarKind, type TestForm } from "./form";
import type { Known } from "./known";
import css from "./segments.module.css";
import { options, WindowFields } from "./window-fields";

const WORDS: Record<Operator, [is: string, not: string]> = {
  equals: ["is", "is not"],
  one_of: ["is one of", "is not one of"],
  contains: ["contains", "does not contain"],
  starts_with: ["starts with", "does not start with"],
  ends_with: ["ends with", "does not end with"],
  matches: ["matches the pattern", "does not match the pattern"],
  less_than: ["is less than", "is not less than"],
  at_most: ["is at most", "is not at most"],
  greater_than: ["is greater than", "is not greater than"],
  at_least: ["is at least", "is not at least"],
  between: ["is between", "is not between"],
  date: ["is a date", "is not a date"],
  exists: ["is there", "is there and is not"],
  is_null: ["is null", "is there and not null"],
};
const TEXT: Operator[] = ["equals", "one_of", "contains", "starts_with", "ends_with", "matches"];
const NUMBER: Operator[] = ["less_than", "at_most", "greater_than", "at_least", "between"];
const ANY: Operator[] = ["exists", "is_null"];
/** Those that fit come first where the type is known; the others are there all the same. */
const FITTING: Record<string, Operator[]> = {
  text: [...TEXT, ...ANY, "date", ...NUMBER],
  number: ["equals", ...NUMBER, "one_of", ...ANY, "date", ...TEXT.slice(2)],
  boolean: ["equals", ...ANY, "one_of", ...TEXT.slice(2), ...NUMBER, "date"],
  date: ["date", ...ANY, ...TEXT, ...NUMBER],
};
const NEGATED: Operator[] = [...TEXT, "date", "is_null"];
const KINDS: Record<ScalarKind, string> = {
  text: "text",
  number: "number",
  boolean: "yes or no",
  mixed: "JSON",
};
const NOT = "not ";

interface Props {
  test: TestForm;
  change: (test: TestForm) => void;
  /** What is known of the value that is tested. */
  known: Known | undefined;
}

/** A test of one value: an operator, and what fits it. */
export function TestFields({ test, change, known }: Props) {
  const { operator, negated } = test;
  return (
    <>
      <Select
        aria-label="Operator"
        className={css.medium}
        data={operators(known, operator, negated)}
        value={`${negated ? NOT : ""}${operator}`}
        allowDeselect={false}
        maxDropdownHeight={340}
        onChange={(chosen) => {
          if (!chosen) return;
          const plain = chosen.replace(NOT, "") as Operator;
          change({ ...test, operator: plain, negated: chosen.startsWith(NOT) });
        }}
      />
      <Operand test={test} change={change} known={known} />
    </>
  );
}

function operators(known: Known | undefined, operator: Operator, negated: boolean) {
  const listed = FITTING[known?.type ?? "text"] ?? [];
  return listed.flatMap((each) => [
    { value: each, label: WORDS[each][0] },
    ...(NEGATED.includes(each) || (negated && each === operator)
      ? [{ value: `${NOT}${each}`, label: WORDS[each][1] }]
      : []),
  ]);
}

function Operand({ test, change, known }: Props) {
  const texts = known?.examples.filter((each) => typeof each === "string") ?? [];
  switch (test.operator) {
    case "equals":
      return (
        <>
          <Kind test={test} change={change} />
          <Value test={test} change={change} texts={texts} />
          <TextsToo test={test} change={change} />
        </>
      );
    case "one_of":
      return (
        <>
          <Kind test={test} change={change} />
          <TagsInput
            aria-label="Values"
            placeholder={test.values.length ? "" : "Values, each with Enter"}
            className={css.long}
            data={texts}
            value={test.values.map((value) => tag(value, test.kind))}
            onChange={(tags) =>
              change({ ...test, values: tags.flatMap((each) => untagged(each, test.kind)) })
            }
          />
          <TextsToo test={test} change={change} />
        </>
      );
    case "contains":
    case "starts_with":
    case "ends_with":
    case "matches":
      return (
        <TextInput
          aria-label={test.operator === "matches" ? "Pattern in RE2's syntax" : "Text"}
          className={css.medium}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1_000}
          value={test.text ?? ""}
          onChange={(event) => change({ ...test, text: event.currentTarget.value || null })}
        />
      );
    case "less_than":
    case "at_most":
    case "greater_than":
    case "at_least":
      return (
        <>
          <NumberField
            aria-label="Number"
            className={css.number}
            value={test.number}
            change={(number) => change({ ...test, number })}
          />
          <TextsToo test={test} change={change} />
        </>
      );
    case "between":
      return (
        <>
          <NumberField
            aria-label="From"
            placeholder="from"
            className={css.number}
            value={test.from}
            change={(from) => change({ ...test, from })}
          />
          <NumberField
            aria-label="To"
            placeholder="to"
            className={css.number}
            value={test.to}
            change={(to) => change({ ...test, to })}
          />
          <TextsToo test={test} change={change} />
        </>
      );
    case "date":
      return (
        <WindowFields label="That lies" window={test.when} change={(when) => change({ ...test, when })} />
      );
    case "exists":
    case "is_null":
      return null;
  }
}

type Part = Pick<Props, "test" | "change">;

/** A number is not the text that says it, so the type of the value must be said. */
function Kind({ test, change }: Part) {
  const kinds = options(KINDS).filter(({ value }) => value !== "mixed" || test.operator === "one_of");
  return (
    <Select
      aria-label="Type of the value"
      className={css.unit}
      data={kinds}
      value={test.kind}
      allowDeselect={false}
      onChange={(chosen) => chosen && change(ofKind(test, chosen as ScalarKind))}
    />
  );
}

/** The test with its values as that type, as far as they can be. */
export function ofKind(test: TestForm, kind: ScalarKind): TestForm {
  const values = test.values.flatMap((value) => untagged(tag(value, kindOf([value])), kind));
  const [value = null] = test.value === null ? [] : untagged(String(test.value), kind);
  return { ...test, kind, values, value };
}

function Value({ test, change, texts }: Part & { texts: string[] }) {
  const { kind, value } = test;
  if (kind === "number") {
    return (
      <NumberField
        aria-label="Number"
        className={css.number}
        value={typeof value === "number" ? value : null}
        change={(number) => change({ ...test, value: number })}
      />
    );
  }
  if (kind === "boolean") {
    return (
      <Select
        aria-label="Value"
        className={css.unit}
        placeholder="Choose"
        data={BOOLEANS}
        value={value === null ? null : String(value)}
        allowDeselect={false}
        onChange={(chosen) => chosen && change({ ...test, value: chosen === "true" })}
      />
    );
  }
  return (
    <Autocomplete
      aria-label="Text"
      className={css.medium}
      autoCapitalize="none"
      spellCheck={false}
      data={[...new Set(texts)]}
      value={typeof value === "string" ? value : ""}
      onChange={(text) => change({ ...test, value: text })}
    />
  );
}

const BOOLEANS = [
  { value: "true", label: "true" },
  { value: "false", label: "false" },
];

/** Numbers may come as texts; they count only where that is wanted. */
function TextsToo({ test, change }: Part) {
  const isNumeric = NUMBER.includes(test.operator) || test.kind === "number";
  if (!isNumeric) return null;
  return (
    <Checkbox
      size="xs"
      className={css.check}
      label="Texts too"
      title="Texts that are written as numbers count as these numbers"
      checked={test.textsToo}
      onChange={(event) => change({ ...test, textsToo: event.currentTarget.checked })}
    />
  );
}

/** A value as the text of its tag. */
function tag(value: Scalar, kind: ScalarKind): string {
  return kind === "mixed" ? JSON.stringify(value) : String(value);
}

/** The value that such a text says; none where it says none of that type. */
function untagged(text: string, kind: ScalarKind): Scalar[] {
  switch (kind) {
    case "text":
      return [text];
    case "number": {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      return Number.isFinite(number) ? [number] : [];
    }
    case "boolean":
      return text === "true" || text === "false" ? [text === "true"] : [];
    case "mixed":
      return mixed(text);
  }
}

function mixed(text: string): Scalar[] {
  try {
    const value: unknown = JSON.parse(text);
    const isScalar = ["string", "number", "boolean"].includes(typeof value);
    return isScalar ? [value as Scalar] : [text];
  } catch {
    return [text];
  }
}
