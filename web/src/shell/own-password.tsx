import { Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { answer, api } from "../api/client";
import { Problem } from "../parts/problem";
import { MIN_PASSWORD } from "../pages/signing-in/password";

/** Changing one's own password, which signs out every other browser. */
export function OwnPassword({ opened, close }: { opened: boolean; close: () => void }) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () =>
      answer(api.PUT("/footfall/v1/session/password", { body: { current, password } })),
    onSuccess: leave,
  });

  function leave() {
    setCurrent("");
    setPassword("");
    change.reset();
    close();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate();
  }

  return (
    <Modal opened={opened} onClose={leave} title="Change password">
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label="Password to date"
            autoComplete="current-password"
            required
            data-autofocus
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description={`At least ${MIN_PASSWORD} characters. Other browsers are signed out.`}
            autoComplete="new-password"
            required
            minLength={MIN_PASSWORD}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {change.error && <Problem error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              Change
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
