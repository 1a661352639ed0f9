import { Button, Group, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answer, api, type MergedContact } from "../../api/client";
import { contactsChanged, merges } from "../../api/queries";
import { Confirm } from "../../parts/confirm";
import { Moment } from "../../parts/moment";
import { Panel } from "../../parts/page";
import { Problem } from "../../parts/problem";

/** Who is shown as this contact, and can be shown by itself again. */
export function Merged({ id, canUndo }: { id: number; canUndo: boolean }) {
  const { data, error, refetch } = useQuery(merges(id));
  const [leaving, setLeaving] = useState<MergedContact | null>(null);
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data?.merged.length) return null;
  return (
    <Panel label="Merged contacts">
      <Title order={2} fz={14} mb="sm">
        Merged contacts
      </Title>
      {data.merged.map((each) => (
        <Group key={each.contact_id} justify="space-between" gap="xs">
          <div>
            <Text>Number {each.contact_id}</Text>
            <Text fz={12.5} c="dimmed" className="tabular">
              since <Moment text={each.at} />
            </Text>
          </div>
          {canUndo && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Undo the merge of ${each.contact_id}`}
              onClick={() => setLeaving(each)}
            >
              Undo
            </Button>
          )}
        </Group>
      ))}
      <Undo merged={leaving} close={() => setLeaving(null)} />
    </Panel>
  );
}

function Undo({ merged, close }: { merged: MergedContact | null; close: () => void }) {
  const undo = useMutation({
    mutationFn: (contactId: number) =>
      answer(api.POST("/footfall/v1/contacts/unmerge", { body: { contact_id: contactId } })),
    onSuccess: async () => {
      close();
      await contactsChanged();
    },
  });
  return (
    <Confirm
      opened={merged !== null}
      title={`Undo the merge of ${merged?.contact_id ?? ""}?`}
      action="Undo the merge"
      pending={undo.isPending}
      error={undo.error}
      close={close}
      confirm={() => merged && undo.mutate(merged.contact_id)}
    >
      Both are as if they had never been merged. What came meanwhile is whose it names.
    </Confirm>
  );
}
