import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";

import { answer, api } from "../../api/client";
import { laidOut } from "../../parts/json";
import { Problem } from "../../parts/problem";

/** The event once more, as it was or changed; it gets a place of its own in the journal. */
export function SendAgain({ body }: { body: string }) {
  const [text, setText] = useState(() => laidOut(body));
  const [, go] = useLocation();
  const send = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/footfall/v1/events", {
          body: text as never,
          bodySerializer: (given) => given as unknown as string,
        }),
      ),
    onSuccess: ({ position }) => go(`/events/${position}`),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    send.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Textarea
          label="Event"
          autosize
          minRows={8}
          maxRows={24}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12.5 } }}
          value={text}
          onChange={(changed) => setText(changed.currentTarget.value)}
        />
        <Text c="dimmed" size="sm">
          Without <code>event_date</code> it happens now. With an <code>event_id</code> that came
          within 7 days it counts as a repeat.
        </Text>
        {send.error && <Problem error={send.error} />}
        <Group>
          <Button type="submit" loading={send.isPending}>
            Send
          </Button>
          <Button variant="default" onClick={() => setText(laidOut(body))}>
            As it was
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
