const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Bytes in the largest unit of which there is one at least. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const amount = bytes / 1000 ** power;
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: UNITS[power],
    maximumFractionDigits: amount < 10 && power > 0 ? 1 : 0,
  }).format(amount);
}

/** The part of all in per cent, with as many digits as tell it from nothing. */
export function share(part: number, all: number): string {
  if (part === 0 || all === 0) return "0%";
  const percent = part / all;
  return new Intl.NumberFormat(undefined, {
    style: "percent",
    maximumSignificantDigits: percent < 0.01 ? 1 : 2,
  }).format(percent);
}
