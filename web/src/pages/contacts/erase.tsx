import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";

import { answer, api } from "../../api/client";
import { contactsChanged, newest } from "../../api/queries";
import { Confirm } from "../../parts/confirm";
import { everything } from "../events/filter";

/** Removes a contact for good, after saying what goes. */
export function Erase({ id, label }: { id: number; label: string }) {
  const [asking, ask] = useDisclosure(false);
  const [, go] = useLocation();
  const erase = useMutation({
    mutationFn: () =>
      answer(
        api.DELETE("/v3/contacts/{identifier}", {
          params: { path: { identifier: String(id) }, query: { identifierType: "contact_id" } },
        }),
      ),
    onSuccess: async () => {
      go("/contacts");
      await contactsChanged();
    },
  });
  const { data } = useQuery({
    ...newest({ ...everything, contactIds: [id] }, false),
    enabled: asking,
  });
  const count = data?.count ?? null;
  const events =
    count === null ? "its events" : count === 1 ? "its 1 event" : `its ${count.toLocaleString()} events`;
  return (
    <>
      <Button variant="default" c="var(--mantine-color-error)" onClick={ask.open}>
        Erase
      </Button>
      <Confirm
        opened={asking}
        title={`Erase ${label}?`}
        action="Erase for good"
        pending={erase.isPending}
        error={erase.error}
        close={ask.close}
        confirm={() => erase.mutate()}
      >
        The contact goes with its identifiers, attributes, lists, segments and history, and with{" "}
        {events}, in every store and in the journal. It cannot be taken back.
      </Confirm>
    </>
  );
}
