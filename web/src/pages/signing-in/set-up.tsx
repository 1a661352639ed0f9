import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";

import { answer, api } from "../../api/client";
import { session } from "../../api/queries";
import { Problem } from "../../parts/problem";
import { Frame } from "./frame";
import { MIN_PASSWORD } from "./password";

/** The first visit: whoever may is made the administrator. The link's token never leaves the page
 * in an address, for it stands after its `#`. */
export default function SetUp({ needsToken }: { needsToken: boolean }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [token] = useState(() => location.hash.slice(1));
  const [name, setName] = useState("admin");
  const [password, setPassword] = useState("");
  const begin = useMutation({
    mutationFn: () => answer(api.POST("/footfall/v1/set-up", { body: { name, password, token } })),
    onSuccess: (opened) => {
      go("/", { replace: true });
      queries.setQueryData(session.queryKey, opened);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    begin.mutate();
  }

  if (needsToken && !token) {
    return (
      <Frame title="Almost there">
        <Text>
          Open the link that <code>footfall serve</code> printed when it started. It lets only
          whoever runs the server choose the administrator&apos;s password.
        </Text>
      </Frame>
    );
  }
  return (
    <Frame title="Choose the administrator's password">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description={`At least ${MIN_PASSWORD} characters`}
            autoComplete="new-password"
            autoFocus
            required
            minLength={MIN_PASSWORD}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {begin.error && <Problem error={begin.error} />}
          <Button type="submit" loading={begin.isPending}>
            Begin
          </Button>
        </Stack>
      </form>
    </Frame>
  );
}
