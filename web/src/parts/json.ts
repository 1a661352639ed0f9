/** A number as it was written: JavaScript's own would round what is long. */
export class NumberText {
  constructor(readonly text: string) {}
}

export type Json = null | boolean | string | NumberText | Json[] | JsonObject;
/** Fields in the order in which they stand in the text, which objects of JavaScript do not keep. */
export type JsonObject = Map<string, Json>;

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const TEXT = /"(?:[^"\\]|\\.)*"/y;
const BLANK = /[ \t\n\r]*/y;
const WORDS = { true: true, false: false, null: null } as const;

/** The value of a JSON text, with every number and the order of fields kept. */
export function parse(text: string): Json {
  let at = 0;

  function take(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) throw new SyntaxError(`No JSON at ${at}`);
    at += found.length;
    return found;
  }

  function next(): string {
    take(BLANK);
    return text[at] ?? "";
  }

  function many(end: string, one: () => void): void {
    at += 1;
    if (next() === end) {
      at += 1;
      return;
    }
    for (;;) {
      one();
      const mark = next();
      at += 1;
      if (mark === end) return;
      if (mark !== ",") throw new SyntaxError(`No JSON at ${at}`);
    }
  }

  function value(): Json {
    const first = next();
    if (first === "{") {
      const fields: JsonObject = new Map();
      many("}", () => {
        next();
        const name = JSON.parse(take(TEXT)) as string;
        if (next() !== ":") throw new SyntaxError(`No JSON at ${at}`);
        at += 1;
        fields.set(name, value());
      });
      return fields;
    }
    if (first === "[") {
      const items: Json[] = [];
      many("]", () => items.push(value()));
      return items;
    }
    if (first === '"') return JSON.parse(take(TEXT)) as string;
    for (const [word, meaning] of Object.entries(WORDS)) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return meaning;
      }
    }
    return new NumberText(take(NUMBER));
  }

  const whole = value();
  if (next() !== "") throw new SyntaxError(`No JSON at ${at}`);
  return whole;
}

/** The text with a line for each value; as it is where it is no JSON. */
export function laidOut(text: string): string {
  try {
    return pretty(parse(text));
  } catch {
    return text;
  }
}

/** The JSON text of a value, on lines of their own with that indent. */
export function pretty(value: Json, indent = "  ", margin = ""): string {
  const inner = margin + indent;
  if (value instanceof NumberText) return value.text;
  if (value instanceof Map) {
    if (value.size === 0) return "{}";
    const fields = [...value].map(
      ([name, field]) => `${inner}${JSON.stringify(name)}: ${pretty(field, indent, inner)}`,
    );
    return `{\n${fields.join(",\n")}\n${margin}}`;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item) => inner + pretty(item, indent, inner));
    return `[\n${items.join(",\n")}\n${margin}]`;
  }
  return JSON.stringify(value);
}
