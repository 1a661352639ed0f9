import { Button, Group, Popover, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import type { FilterText } from "./filter";

const HOUR = 3_600_000;
const PAST: { name: string; milliseconds: number }[] = [
  { name: "Last hour", milliseconds: HOUR },
  { name: "Last day", milliseconds: 24 * HOUR },
  { name: "Last 7 days", milliseconds: 7 * 24 * HOUR },
  { name: "Last 30 days", milliseconds: 30 * 24 * HOUR },
];

interface Props {
  text: FilterText;
  change: (text: FilterText) => void;
}

/** From when to when, by a few clicks or by days. */
export function TimeRange({ text, change }: Props) {
  const [opened, popover] = useDisclosure(false);
  return (
    <Popover opened={opened} onChange={popover.toggle} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" onClick={popover.toggle} aria-expanded={opened}>
          Time
        </Button>
      </Popover.Target>
      <Popover.Dropdown w={290}>
        <Stack gap="sm">
          <Group gap={6} grow preventGrowOverflow={false}>
            {PAST.map(({ name, milliseconds }) => (
              <Button
                key={name}
                variant="default"
                size="compact-sm"
                onClick={() => {
                  const from = new Date(Date.now() - milliseconds).toISOString();
                  change({ ...text, from, to: "" });
                  popover.close();
                }}
              >
                {name}
              </Button>
            ))}
          </Group>
          <TextInput
            type="date"
            label="From"
            value={text.from.slice(0, 10)}
            max={text.to.slice(0, 10) || undefined}
            onChange={(event) => change({ ...text, from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="To"
            value={text.to.slice(0, 10)}
            min={text.from.slice(0, 10) || undefined}
            onChange={(event) => change({ ...text, to: event.currentTarget.value })}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** The range in words; empty where there is none. */
export function spoken({ from, to }: Pick<FilterText, "from" | "to">): string {
  if (from && from === to) return said(from);
  if (from && to) return `${said(from)} – ${said(to)}`;
  if (from) return `since ${said(from)}`;
  return to && `until ${said(to)}`;
}

function said(text: string): string {
  return text.length > 10 ? moment.format(new Date(text)) : day.format(new Date(`${text}T12:00:00`));
}
