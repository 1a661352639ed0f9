import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  value: number | null;
  change: (value: number | null) => void;
}

/** A number, or null while what stands there is none. */
export function NumberField({ value, change, ...rest }: Props) {
  const [typed, setTyped] = useState(written(value));
  // While it says the same number, what was typed stays to the letter.
  const text = read(typed) === value ? typed : written(value);
  return (
    <TextInput
      {...rest}
      inputMode="decimal"
      autoComplete="off"
      value={text}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        change(read(event.currentTarget.value));
      }}
    />
  );
}

function written(value: number | null): string {
  return value === null ? "" : String(value);
}

function read(text: string): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
