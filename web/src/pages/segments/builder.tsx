import { Anchor, Button, Group, Loader, SegmentedControl, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";

import { answer, api, type DefinitionTree, type Segment } from "../../api/client";
import { preview, segment, SEGMENTS } from "../../api/queries";
import { Page, Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { useUser } from "../../shell/user";
import { ConditionFields } from "./condition-fields";
import { ContactPicker } from "./contact-picker";
import type { Definition } from "./definition";
import { type Fault, faultOf } from "./fault";
import { type Findings, FindingsContext } from "./findings";
import {
  blank,
  definitionOf,
  formOf,
  keyAt,
  newCondition,
  newGroup,
  placesOf,
  type RootForm,
  type SingleForm,
} from "./form";
import { GroupFields } from "./group-fields";
import { Preview } from "./preview";
import css from "./segments.module.css";
import { WhyFound } from "./explained";

const JsonEditor = lazy(() => import("../../parts/json-editor"));

/** How long after the last key it is asked who would be in. */
const PAUSE_MILLISECONDS = 350;

/** A new segment, or another definition for one that is there. */
export default function Builder({ id }: { id: number | null }) {
  const isAdmin = useUser().role === "admin";
  const { data, error, refetch } = useQuery({ ...segment(id ?? 0), enabled: id !== null });
  if (!isAdmin) {
    return (
      <Page title="Segment">
        <Text>Only an administrator can change segments.</Text>
      </Page>
    );
  }
  if (id === null) return <Form before={null} />;
  if (data) return <Form before={data} />;
  return (
    <Page title="Segment">
      {error ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : (
        <Loader aria-label="Loading" />
      )}
    </Page>
  );
}

function Form({ before }: { before: Segment | null }) {
  const [, go] = useLocation();
  const [name, setName] = useState(before?.name ?? "");
  const [category, setCategory] = useState(before?.category ?? "");
  const definition = useDefinition(before);
  const save = useSave(before, (id) => go(`/segments/${id}`));
  const [isAsked, setAsked] = useState(false);
  const fault = (isAsked && definition.gap) || definition.fault || faultOf(save.error);
  const home = before ? `/segments/${before.id}` : "/segments";

  function submit(event: FormEvent) {
    event.preventDefault();
    setAsked(true);
    if (definition.text !== null) save.mutate({ name, category, text: definition.text });
  }

  return (
    <Page
      wide
      title={before ? `Edit ${before.name}` : "New segment"}
      about={
        <Anchor component={Link} href={home} size="sm">
          {before ? before.name : "Segments"}
        </Anchor>
      }
    >
      <form onSubmit={submit} className={css.builder} noValidate>
        <div className={css.build}>
          <Panel label="What it is called">
            <div className={css.fields}>
              <TextInput
                label="Name"
                className={css.long}
                required
                maxLength={255}
                autoFocus={before === null}
                error={isAsked && name.trim() === "" ? "Give it a name" : null}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <TextInput
                label="Category"
                placeholder="None"
                className={css.medium}
                maxLength={255}
                value={category}
                onChange={(event) => setCategory(event.currentTarget.value)}
              />
            </div>
          </Panel>
          <DefinitionPanel definition={definition} fault={fault} segmentId={before?.id ?? null} />
        </div>
        <aside className={css.beside}>
          <Preview {...definition.preview} missing={definition.gap?.message ?? null} />
          <Why definition={definition.text} />
          {save.error && !faultOf(save.error) && <Problem error={save.error} />}
          {before && (
            <Text c="dimmed" fz={13}>
              With another definition the members are found anew; until then those of before are
              shown.
            </Text>
          )}
          <Group>
            <Button type="submit" loading={save.isPending}>
              {before ? "Save" : "Create segment"}
            </Button>
            <Button component={Link} href={home} variant="default">
              Cancel
            </Button>
          </Group>
        </aside>
      </form>
    </Page>
  );
}

/** Why a contact would be in or not, while the definition is built. */
function Why({ definition }: { definition: string | null }) {
  const [chosen, choose] = useState<{ id: number; label: string } | null>(null);
  const [asked] = useDebouncedValue(definition, PAUSE_MILLISECONDS);
  return (
    <Panel label="Why">
      <ContactPicker label="Why is this contact in or out?" chosen={chosen} choose={choose} />
      {chosen && asked !== null && <WhyFound definition={asked} contactId={chosen.id} />}
      {chosen && asked === null && (
        <Text c="dimmed" mt="xs">
          Fill in what is missing first.
        </Text>
      )}
    </Panel>
  );
}

interface DefinitionState {
  form: RootForm;
  setForm: (form: RootForm) => void;
  /** The definition as JSON text, while people write it so; else null. */
  json: string | null;
  setJson: (json: string | null) => void;
  /** The definition as the server takes it; null while something is missing. */
  text: string | null;
  gap: Fault | null;
  /** What the server refuses. */
  fault: Fault | null;
  preview: { found: Parameters<typeof Preview>[0]["found"]; isEarlier: boolean; error: Error | null };
}

/** The definition that is being built, and what the server says about it. */
function useDefinition(before: Segment | null): DefinitionState {
  const [form, setForm] = useState(() =>
    before ? formOf(before.definition) : newGroup<SingleForm>("all", [newCondition("did")]),
  );
  const [json, setJson] = useState<string | null>(null);
  const { text, gap } = useMemo(() => (json === null ? built(form) : written(json)), [form, json]);
  const [asked] = useDebouncedValue(text, PAUSE_MILLISECONDS);
  const { data, error, isPlaceholderData } = useQuery({
    ...preview(asked),
    placeholderData: keepPreviousData,
  });
  const isPresent = asked === text;
  const fault = isPresent ? faultOf(error) : null;
  return {
    form,
    setForm,
    json,
    setJson,
    text,
    gap,
    fault,
    preview: {
      found: data,
      isEarlier: isPlaceholderData || !isPresent,
      error: isPresent ? error : null,
    },
  };
}

function built(form: RootForm): { text: string | null; gap: Fault | null } {
  const draft = definitionOf(form);
  const found = blank(draft);
  if (found) return { text: null, gap: { place: found.place, message: found.missing } };
  return { text: JSON.stringify(draft), gap: null };
}

function written(json: string): { text: string | null; gap: Fault | null } {
  try {
    return { text: JSON.stringify(JSON.parse(json)), gap: null };
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message : "";
    return { text: null, gap: { place: "", message: `Mend the JSON (${reason})` } };
  }
}

interface PanelProps {
  definition: DefinitionState;
  fault: Fault | null;
  segmentId: number | null;
}

/** The definition as conditions to fill in, or as JSON. */
function DefinitionPanel({ definition, fault, segmentId }: PanelProps) {
  const { form, setForm, json, setJson } = definition;
  const queries = useQueryClient();
  const read = useMutation({
    mutationFn: async (text: string | null) => {
      if (text === null) throw new Error(definition.gap?.message);
      await queries.fetchQuery(preview(text));
      return formOf(JSON.parse(text) as Definition);
    },
    onSuccess: (found) => {
      setForm(found);
      setJson(null);
    },
  });

  function show(view: string) {
    if (view === "json") setJson(laidOut(form));
    else if (json === laidOut(form)) setJson(null);
    else read.mutate(definition.text);
  }

  return (
    <Panel label="Definition">
      <Group justify="space-between" mb="md">
        <Text fw={600}>Who is in</Text>
        <SegmentedControl
          size="xs"
          aria-label="Form of the definition"
          value={json === null ? "builder" : "json"}
          onChange={show}
          data={[
            { value: "builder", label: "Builder" },
            { value: "json", label: "JSON" },
          ]}
        />
      </Group>
      {json === null ? (
        <Conditions definition={definition} fault={fault} segmentId={segmentId} />
      ) : (
        <>
          <Suspense fallback={<Loader aria-label="Loading" />}>
            <JsonEditor begin={json} change={setJson} label="Definition as JSON" />
          </Suspense>
          {fault && (
            <Text c="var(--mantine-color-error)" fz={13} mt="xs" role="alert">
              {fault.place && <span className="mono">{fault.place}: </span>}
              {fault.message}
            </Text>
          )}
          {read.error && !fault && <Problem error={read.error} />}
        </>
      )}
    </Panel>
  );
}

function laidOut(form: RootForm): string {
  return JSON.stringify(definitionOf(form), null, 2);
}

function Conditions({ definition, fault, segmentId }: PanelProps) {
  const { form, setForm, preview: { found, isEarlier } } = definition;
  const findings = useMemo((): Findings => {
    const places = placesOf(form);
    const key = fault && keyAt(places, fault.place);
    const counts = isEarlier ? [] : (found?.conditions ?? []);
    return {
      problem: fault && { key: key ?? form.key, message: fault.message },
      tallies: new Map(counts.map((one) => [keyOf(places, one.place) ?? "", one])),
      segmentId,
    };
  }, [form, fault, found, isEarlier, segmentId]);
  return (
    <FindingsContext value={findings}>
      <GroupFields<SingleForm>
        group={form}
        change={setForm}
        remove={null}
        what="condition"
        plural="conditions"
        create={() => newCondition("did")}
        show={(part, change, remove, isNew) => (
          <ConditionFields condition={part} change={change} remove={remove} isNew={isNew} />
        )}
      />
    </FindingsContext>
  );
}

/** The condition at the place, as the preview names it. */
function keyOf(places: Map<string, string>, place: string): string | undefined {
  return keyAt(places, place.replace(/^definition\./, ""));
}

function useSave(before: Segment | null, done: (id: number) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, category, text }: { name: string; category: string; text: string }) => {
      const definition = JSON.parse(text) as DefinitionTree;
      const body = { name: name.trim(), category: category.trim(), definition };
      if (before === null) return answer(api.POST("/footfall/v1/segments", { body }));
      // The same definition is left out, so that its members are not found anew.
      const isSame = text === JSON.stringify(definitionOf(formOf(before.definition)));
      return answer(
        api.PUT("/footfall/v1/segments/{segment_id}", {
          params: { path: { segment_id: before.id } },
          body: isSame ? { ...body, definition: null } : body,
        }),
      );
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: SEGMENTS });
      done(id);
    },
  });
}
