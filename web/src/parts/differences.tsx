import type { ReactNode } from "react";

import type { Difference } from "../api/client";

const WHAT = {
  identifier: "Identifier",
  attribute: "Attribute",
  list: "List",
  blocked: "Blocked",
  blocked_senders: "Blocked senders",
} as const;

/** One change of a contact, in words. */
export function said({ what, name, before, after }: Difference): ReactNode {
  if (what === "list") {
    return after === null || after === false ? `Left the list ${name}` : `Joined the list ${name}`;
  }
  const title = `${WHAT[what]} ${name}`.trim();
  if (before === null) {
    return (
      <>
        {title} <Value value={after} />
      </>
    );
  }
  if (after === null) {
    return (
      <>
        {title} removed, was <Value value={before} />
      </>
    );
  }
  return (
    <>
      {title} <Value value={before} /> → <Value value={after} />
    </>
  );
}

function Value({ value }: { value: Difference["before"] }) {
  return (
    <code className="breakable">{Array.isArray(value) ? value.join(", ") : String(value)}</code>
  );
}
