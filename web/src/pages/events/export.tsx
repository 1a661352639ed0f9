import { Button, Menu } from "@mantine/core";

import { asked, type EventFilter } from "./filter";

const FORMS = [
  { format: "csv", name: "CSV, for spreadsheets" },
  { format: "ndjson", name: "NDJSON, a line of JSON for each" },
];

/** What is shown, as a file; the server sends it as it reads it. */
export function Export({ filter }: { filter: EventFilter }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default">Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMS.map(({ format, name }) => (
          <Menu.Item key={format} component="a" href={address(filter, format)} download>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function address(filter: EventFilter, format: string): string {
  const parameters = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(asked(filter))) {
    const values = Array.isArray(value) ? value : [value];
    for (const each of values) if (each) parameters.append(name, String(each));
  }
  return `/footfall/v1/events/export?${parameters.toString()}`;
}
