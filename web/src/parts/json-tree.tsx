import { Text } from "@mantine/core";
import { Link } from "wouter";

import { type Json, NumberText, parse } from "./json";
import css from "./json-tree.module.css";

const OPEN_DEPTH = 2;
const OPEN_SIZE = 50;

/** The address that the value at that path leads to, as in `items[].sku`; null for none. */
type LeadTo = (path: string, value: Json) => string | null;

interface Props {
  text: string;
  label: string;
  leadTo?: LeadTo;
}

/** A JSON text as a tree of which the branches open and close, and the values may lead elsewhere. */
export function JsonTree({ text, label, leadTo = () => null }: Props) {
  const value = parse(text);
  if (value instanceof Map && value.size === 0) {
    return <Text c="dimmed">None</Text>;
  }
  return (
    <div className={css.tree} role="group" aria-label={label}>
      <Branches value={value} depth={0} path="" leadTo={leadTo} />
    </div>
  );
}

interface BranchesProps {
  value: Json;
  depth: number;
  path: string;
  leadTo: LeadTo;
}

function Branches({ value, depth, path, leadTo }: BranchesProps) {
  const within = (name: string) => (Array.isArray(value) ? `${path}[]` : path ? `${path}.${name}` : name);
  const entries: [string, Json][] =
    value instanceof Map
      ? [...value]
      : Array.isArray(value)
        ? value.map((item, index) => [String(index), item])
        : [["", value]];
  return (
    <ul className={css.branches}>
      {entries.map(([name, child]) => (
        <li key={name}>
          {sizeOf(child) > 0 ? (
            <details open={depth < OPEN_DEPTH && sizeOf(child) <= OPEN_SIZE}>
              <summary className={css.summary}>
                <span className={css.name}>{name}</span>
                <span className={css.hint}>{hint(child)}</span>
              </summary>
              <Branches value={child} depth={depth + 1} path={within(name)} leadTo={leadTo} />
            </details>
          ) : (
            <div className={css.leaf}>
              <span className={css.name}>{name}</span>
              <Leaf value={child} href={leadTo(within(name), child)} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Leaf({ value, href }: { value: Json; href: string | null }) {
  if (href === null) return <Scalar value={value} />;
  return (
    <Link href={href} className={css.lead} title="Find events with this value">
      <Scalar value={value} />
    </Link>
  );
}

function Scalar({ value }: { value: Json }) {
  if (typeof value === "string") return <span className={css.string}>{value || '""'}</span>;
  if (value instanceof NumberText) return <span className={css.number}>{value.text}</span>;
  if (value instanceof Map) return <span className={css.hint}>{"{}"}</span>;
  if (Array.isArray(value)) return <span className={css.hint}>[]</span>;
  return <span className={css.word}>{String(value)}</span>;
}

function sizeOf(value: Json): number {
  if (value instanceof Map) return value.size;
  return Array.isArray(value) ? value.length : 0;
}

function hint(value: Json): string {
  const size = sizeOf(value);
  if (Array.isArray(value)) return size === 1 ? "1 item" : `${size} items`;
  return size === 1 ? "1 field" : `${size} fields`;
}
