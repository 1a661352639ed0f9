import {
  Badge,
  Button,
  Group,
  Modal,
  PasswordInput,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { answer, api, type Role, type User } from "../../api/client";
import { users } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { Problem } from "../../parts/problem";
import { useUser } from "../../shell/user";
import { MIN_PASSWORD } from "../signing-in/password";
import { Confirm } from "../../parts/confirm";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";

const ROLES = [
  { value: "viewer", label: "Viewer: may look" },
  { value: "admin", label: "Administrator: may do everything" },
];

export function People() {
  const { data, error, refetch } = useQuery(users);
  const [adding, add] = useDisclosure(false);
  const [removing, setRemoving] = useState<User | null>(null);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Text c="dimmed">Whoever may sign in here.</Text>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={add.open}>
          Add person
        </Button>
      </Group>
      <Listing
        label="People"
        heads={["Name", "Role", "Added", "Last seen", ""]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty="Nobody yet"
      >
        {data?.users.map((user) => (
          <Row key={user.id} user={user} remove={() => setRemoving(user)} />
        ))}
      </Listing>
      <AddPerson opened={adding} close={add.close} />
      <Remove user={removing} close={() => setRemoving(null)} />
    </>
  );
}

function Row({ user, remove }: { user: User; remove: () => void }) {
  const own = useUser().name === user.name;
  return (
    <Table.Tr>
      <Table.Td fw={600}>
        {user.name}
        {own && (
          <Text span c="dimmed" fw={400}>
            {" "}
            (you)
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge color={user.role === "admin" ? "ink" : "gray"}>{user.role}</Badge>
      </Table.Td>
      <Table.Td className="tabular"><Moment text={user.created_at} /></Table.Td>
      <Table.Td className="tabular">{user.last_seen_at ? <Moment text={user.last_seen_at} /> : "never"}</Table.Td>
      <Table.Td ta="right">
        {!own && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Remove ${user.name}`}
            onClick={remove}
          >
            Remove
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function AddPerson({ opened, close }: { opened: boolean; close: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const add = useMutation({
    mutationFn: () => answer(api.POST("/footfall/v1/users", { body: { name, password, role } })),
    onSuccess: async () => {
      await queries.invalidateQueries(users);
      leave();
    },
  });

  function leave() {
    setName("");
    setPassword("");
    setRole("viewer");
    add.reset();
    close();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
  }

  return (
    <Modal opened={opened} onClose={leave} title="Add a person">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            autoComplete="off"
            autoCapitalize="none"
            required
            data-autofocus
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="First password"
            description={`At least ${MIN_PASSWORD} characters. The person can change it.`}
            autoComplete="new-password"
            required
            minLength={MIN_PASSWORD}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Select
            label="Role"
            data={ROLES}
            value={role}
            allowDeselect={false}
            onChange={(value) => setRole(value as Role)}
          />
          {add.error && <Problem error={add.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending}>
              Add
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Remove({ user, close }: { user: User | null; close: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: number) =>
      answer(api.DELETE("/footfall/v1/users/{user_id}", { params: { path: { user_id: id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries(users);
      close();
    },
  });
  return (
    <Confirm
      opened={user !== null}
      title={`Remove ${user?.name ?? ""}?`}
      action="Remove"
      pending={remove.isPending}
      error={remove.error}
      close={close}
      confirm={() => user && remove.mutate(user.id)}
    >
      The person is signed out everywhere at once. What they changed stays in the log.
    </Confirm>
  );
}
