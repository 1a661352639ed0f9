import { ActionIcon, Button, Group, Select, Text } from "@mantine/core";
import { type ReactNode, useRef, useState } from "react";

import { Icon } from "../../parts/icons";
import type { GroupType } from "./definition";
import { useFindings } from "./findings";
import { type GroupForm, isGroupForm, newGroup } from "./form";
import css from "./segments.module.css";

const TYPES: { value: GroupType; label: string }[] = [
  { value: "all", label: "All of these hold" },
  { value: "any", label: "At least one of these holds" },
  { value: "none", label: "None of these holds" },
];

interface Keyed {
  key: string;
  type: string;
}

interface ListProps<Part extends Keyed> {
  of: (Part | GroupForm<Part>)[];
  change: (of: (Part | GroupForm<Part>)[]) => void;
  /** What its parts are, in a word, and several of them. */
  what: string;
  plural: string;
  create: () => Part;
  show: (part: Part, change: (part: Part) => void, remove: () => void, isNew: boolean) => ReactNode;
}

/** Parts and groups of them, to add and remove; a new one has the focus. */
export function PartList<Part extends Keyed>(props: ListProps<Part>) {
  const { of, change, what, plural, create, show } = props;
  const [newest, setNewest] = useState("");
  const adder = useRef<HTMLButtonElement>(null);

  function add(part: Part | GroupForm<Part>, focused: string) {
    setNewest(focused);
    change([...of, part]);
  }

  function remove(key: string) {
    change(of.filter((part) => part.key !== key));
    adder.current?.focus();
  }

  return (
    <div className={css.parts}>
      {of.map((part) => {
        const replace = (changed: Part | GroupForm<Part>) =>
          change(of.map((each) => (each.key === part.key ? changed : each)));
        if (isGroupForm<Part>(part)) {
          return (
            <GroupFields
              {...props}
              key={part.key}
              group={part}
              change={replace}
              remove={() => remove(part.key)}
              isNew={part.key === newest}
            />
          );
        }
        return (
          <div key={part.key}>
            {show(part, replace, () => remove(part.key), part.key === newest)}
            <Wrong partKey={part.key} />
          </div>
        );
      })}
      <Group gap="xs">
        <Button
          ref={adder}
          size="compact-sm"
          variant="light"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => {
            const part = create();
            add(part, part.key);
          }}
        >
          Add {what}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={`Add group of ${plural}`}
          onClick={() => {
            const group = newGroup<Part>("any", [create()]);
            add(group, group.key);
          }}
        >
          Add group
        </Button>
      </Group>
    </div>
  );
}

interface GroupProps<Part extends Keyed> extends Omit<ListProps<Part>, "of" | "change"> {
  group: GroupForm<Part>;
  change: (group: GroupForm<Part>) => void;
  /** Null for the group at the top. */
  remove: (() => void) | null;
  isNew?: boolean;
}

/** A group: what must hold of its parts, and these. */
export function GroupFields<Part extends Keyed>(props: GroupProps<Part>) {
  const { group, change, remove, isNew = false, ...list } = props;
  return (
    <div role="group" className={css.group} aria-label={`Group of ${list.plural}`}>
      <div className={css.head}>
        <Select
          aria-label={`What must hold of the ${list.plural}`}
          className={css.groupType}
          data={TYPES}
          value={group.type}
          allowDeselect={false}
          autoFocus={isNew}
          openOnFocus={false}
          onChange={(chosen) => chosen && change({ ...group, type: chosen })}
        />
        {remove && <RemoveButton what="group" remove={remove} />}
      </div>
      <Wrong partKey={group.key} />
      <PartList {...list} of={group.of} change={(of) => change({ ...group, of })} />
    </div>
  );
}

export function RemoveButton({ what, remove }: { what: string; remove: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={`Remove the ${what}`} onClick={remove}>
      <Icon name="close" size={16} />
    </ActionIcon>
  );
}

/** What is wrong with that part, where something is. */
function Wrong({ partKey }: { partKey: string }) {
  const { problem } = useFindings();
  if (problem?.key !== partKey) return null;
  return (
    <Text c="var(--mantine-color-error)" fz={13} mt={4} role="alert">
      {problem.message}
    </Text>
  );
}
