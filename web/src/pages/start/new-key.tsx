import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { answer, api, type Scope } from "../../api/client";
import { keys } from "../../api/queries";
import { CopyLine } from "../../parts/code";
import { Problem } from "../../parts/problem";
import { useUser } from "../../shell/user";
import { SCOPES } from "../settings/scopes";

interface Props {
  secret: string;
  setSecret: (secret: string) => void;
}

/** A key for the calls below: created here, shown this once, kept nowhere. */
export function NewKey({ secret, setSecret }: Props) {
  const user = useUser();
  if (secret) {
    return (
      <Stack gap="xs">
        <CopyLine text={secret} what="API key" />
        <Text c="dimmed">
          Copy it now: it is stored as a hash and cannot be shown again. The calls below have it.
        </Text>
      </Stack>
    );
  }
  if (user.role !== "admin") {
    return (
      <Alert color="gray" variant="light">
        An administrator can create a key for you under Settings.
      </Alert>
    );
  }
  return <KeyForm created={setSecret} submit="Create key" suggested="my first client" />;
}

interface FormProps {
  created: (secret: string) => void;
  submit: string;
  suggested?: string;
}

export function KeyForm({ created, submit, suggested = "" }: FormProps) {
  const queries = useQueryClient();
  const [name, setName] = useState(suggested);
  const [scopes, setScopes] = useState<Scope[]>(["events:write"]);
  const create = useMutation({
    mutationFn: () => answer(api.POST("/footfall/v1/keys", { body: { name, scopes } })),
    onSuccess: async (key) => {
      created(key.secret);
      await queries.invalidateQueries(keys);
    },
  });

  function send(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }

  return (
    <form onSubmit={send}>
      <Stack gap="md">
        <TextInput
          label="Name"
          placeholder="shop"
          description="What the key is for"
          required
          data-autofocus
          maxLength={255}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group
          label="What it may do"
          value={scopes}
          onChange={(chosen) => setScopes(chosen as Scope[])}
        >
          <Stack gap={8} mt={6}>
            {SCOPES.map(({ scope, meaning }) => (
              <Checkbox
                key={scope}
                value={scope}
                label={
                  <>
                    <code>{scope}</code> <Text span c="dimmed">{meaning}</Text>
                  </>
                }
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {create.error && <Problem error={create.error} />}
        <Group>
          <Button type="submit" loading={create.isPending} disabled={scopes.length === 0}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
