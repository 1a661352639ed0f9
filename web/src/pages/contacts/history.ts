import type { ContactChanges } from "../../api/client";

/** How a thing that changed is called in the list of what to narrow to. */
export function nameOf({ what, name }: ContactChanges["changes"][number]): string {
  return what === "attribute" ? name : `${what.replaceAll("_", " ")} ${name}`.trim();
}

/** What changed at all, each once, in order. */
export function changedNames(entries: readonly ContactChanges[]): string[] {
  return [...new Set(entries.flatMap(({ changes }) => changes.map(nameOf)))].toSorted();
}

/** The changes of that one thing alone; all of them where it is empty. */
export function changesOf(entries: readonly ContactChanges[], of: string): ContactChanges[] {
  if (!of) return [...entries];
  return entries
    .map((entry) => ({ ...entry, changes: entry.changes.filter((each) => nameOf(each) === of) }))
    .filter(({ changes }) => changes.length > 0);
}
