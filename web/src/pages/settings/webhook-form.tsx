import { Button, Group, MultiSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { Webhook } from "../../api/client";
import { segments, webhooks } from "../../api/queries";
import { Problem } from "../../parts/problem";

const MOST_SEGMENTS = 100;

interface Props<Saved> {
  /** What there is already, where a webhook is changed. */
  webhook?: Webhook;
  submit: string;
  save: (body: { url: string; segment_ids: number[] }) => Promise<Saved>;
  saved: (saved: Saved) => void;
  close: () => void;
}

/** Which address is told of which segments. */
export function WebhookForm<Saved>({ webhook, submit, save, saved, close }: Props<Saved>) {
  const queries = useQueryClient();
  const { data } = useQuery(segments);
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [chosen, setChosen] = useState((webhook?.segment_ids ?? []).map(String));
  const saving = useMutation({
    mutationFn: () => save({ url: url.trim(), segment_ids: chosen.map(Number) }),
    onSuccess: async (result) => {
      await queries.invalidateQueries({ queryKey: webhooks.queryKey });
      saved(result);
    },
  });
  const known = (data?.segments ?? []).map(({ id, name }) => ({ value: String(id), label: name }));

  function send(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }

  return (
    <form onSubmit={send}>
      <Stack>
        <TextInput
          label="Address"
          description="Called by POST; of https or http"
          placeholder="https://example.com/footfall"
          type="url"
          autoCapitalize="none"
          autoComplete="off"
          required
          data-autofocus
          maxLength={2_048}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <MultiSelect
          label="Segments"
          description="Only of these; of all where none is chosen"
          placeholder={chosen.length ? "" : "All segments"}
          searchable
          maxValues={MOST_SEGMENTS}
          data={known}
          value={chosen}
          onChange={setChosen}
        />
        {saving.error && <Problem error={saving.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
