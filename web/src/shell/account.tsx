import { Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answer, api } from "../api/client";
import { session } from "../api/queries";
import { Icon } from "../parts/icons";
import css from "./account.module.css";
import { OwnPassword } from "./own-password";
import { useUser } from "./user";

const SCHEMES = { light: "Light", dark: "Dark", auto: "As the system" } as const;

/** Who is signed in, how it should look, and the way out. */
export function Account() {
  const user = useUser();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [asking, password] = useDisclosure(false);
  const leave = useMutation({
    mutationFn: () => answer(api.DELETE("/footfall/v1/session")),
    onSuccess: async () => {
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== session.queryKey[0] });
      await queries.invalidateQueries(session);
    },
  });
  return (
    <>
      <Menu position="top-start" width={214} withinPortal>
        <Menu.Target>
          <UnstyledButton className={css.account}>
            <VisuallyHidden>Account of</VisuallyHidden>
            <span className={css.initial} aria-hidden>
              {user.name.slice(0, 1).toUpperCase()}
            </span>
            <span className={css.who}>
              <Text size="sm" fw={600} truncate>
                {user.name}
              </Text>
              <Text size="xs" c="dimmed">
                {user.role}
              </Text>
            </span>
            <Icon name="chevron" />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Theme</Menu.Label>
          <Menu.RadioGroup
            value={colorScheme}
            onChange={(scheme) => setColorScheme(scheme as keyof typeof SCHEMES)}
          >
            {Object.entries(SCHEMES).map(([scheme, name]) => (
              <Menu.RadioItem key={scheme} value={scheme}>
                {name}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item onClick={password.open}>Change password</Menu.Item>
          <Menu.Item onClick={() => leave.mutate()}>Sign out</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <OwnPassword opened={asking} close={password.close} />
    </>
  );
}
