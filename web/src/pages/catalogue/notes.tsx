import { Button, Checkbox, Group, Modal, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";

import { answer, api, type CatalogueEvent, type Property } from "../../api/client";
import { catalogue } from "../../api/queries";
import { Problem } from "../../parts/problem";
import { EXPECTED } from "./types";

interface EventProps {
  event: CatalogueEvent;
  opened: boolean;
  close: () => void;
}

/** What people know of an event name. */
export function NoteEvent({ event, opened, close }: EventProps) {
  return (
    <Modal opened={opened} onClose={close} title={`Describe ${event.name}`}>
      <EventForm event={event} close={close} />
    </Modal>
  );
}

function EventForm({ event, close }: { event: CatalogueEvent; close: () => void }) {
  const [description, setDescription] = useState(event.description);
  const [owner, setOwner] = useState(event.owner);
  const [hidden, setHidden] = useState(event.hidden);
  const save = useSave(close, () =>
    api.PUT("/footfall/v1/catalogue/{name}", {
      params: { path: { name: event.name } },
      body: { description, owner, hidden },
    }),
  );
  return (
    <Form save={save} close={close}>
      <Description value={description} change={setDescription} />
      <TextInput
        label="Owner"
        description="Whom to ask about it"
        maxLength={100}
        value={owner}
        onChange={(changed) => setOwner(changed.currentTarget.value)}
      />
      <Checkbox
        label="Hidden: not listed or suggested unless asked for"
        checked={hidden}
        onChange={(changed) => setHidden(changed.currentTarget.checked)}
      />
    </Form>
  );
}

interface PropertyProps {
  event: string;
  property: Property | null;
  close: () => void;
}

/** What people know of a property, and which type they expect of it. */
export function NoteProperty({ event, property, close }: PropertyProps) {
  return (
    <Modal
      opened={property !== null}
      onClose={close}
      title={`Describe ${property?.path ?? ""}`}
    >
      {property && <PropertyForm event={event} property={property} close={close} />}
    </Modal>
  );
}

function PropertyForm({ event, property, close }: PropertyProps & { property: Property }) {
  const [description, setDescription] = useState(property.description);
  const [expected, setExpected] = useState(property.expected);
  const [hidden, setHidden] = useState(property.hidden);
  const save = useSave(close, () =>
    api.PUT("/footfall/v1/catalogue/{name}/properties/{path}", {
      params: { path: { name: event, path: property.path } },
      body: { description, expected, hidden },
    }),
  );
  return (
    <Form save={save} close={close}>
      <Description value={description} change={setDescription} />
      <Select
        label="Expected type"
        description="A value of another type is flagged"
        placeholder="Anything"
        clearable
        clearButtonProps={{ "aria-label": "Expect anything" }}
        data={EXPECTED}
        value={expected || null}
        onChange={(chosen) => setExpected(chosen ?? "")}
      />
      <Checkbox
        label="Hidden: not listed or suggested unless asked for"
        checked={hidden}
        onChange={(changed) => setHidden(changed.currentTarget.checked)}
      />
    </Form>
  );
}

function Description({ value, change }: { value: string; change: (text: string) => void }) {
  return (
    <Textarea
      label="Description"
      data-autofocus
      autosize
      minRows={2}
      maxRows={8}
      maxLength={2_000}
      value={value}
      onChange={(changed) => change(changed.currentTarget.value)}
    />
  );
}

function useSave(done: () => void, put: () => Parameters<typeof answer>[0]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(put()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: catalogue.queryKey });
      done();
    },
  });
}

interface FormProps {
  save: ReturnType<typeof useSave>;
  close: () => void;
  children: ReactNode;
}

function Form({ save, close, children }: FormProps) {
  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        {children}
        {save.error && <Problem error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
