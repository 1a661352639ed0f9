import {
  type MantineColorScheme,
  Popover,
  SegmentedControl,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answer, api } from "../api/client";
import { session } from "../api/queries";
import { Icon } from "../parts/icons";
import css from "./account.module.css";
import { OwnPassword } from "./own-password";
import { useUser } from "./user";

const SCHEMES = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
];

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
    <section aria-label="Account">
      <Popover position="top-start" width={236} trapFocus withinPortal={false}>
        <Popover.Target>
          <UnstyledButton className={css.account}>
            <VisuallyHidden>Account of</VisuallyHidden>
            <span className={css.initial} aria-hidden>
              {user.name.slice(0, 1).toUpperCase()}
            </span>
            <span className={css.who}>
              <Text fw={600} truncate>
                {user.name}
              </Text>
              <Text fz={12} c="dimmed">
                {user.role}
              </Text>
            </span>
            <Icon name="chevron" />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown p="xs">
          <SegmentedControl
            aria-label="Theme"
            fullWidth
            size="xs"
            mb={6}
            value={colorScheme}
            onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
            data={SCHEMES}
          />
          <UnstyledButton className={css.action} onClick={password.open}>
            Change password
          </UnstyledButton>
          <UnstyledButton className={css.action} onClick={() => leave.mutate()}>
            Sign out
          </UnstyledButton>
        </Popover.Dropdown>
      </Popover>
      <OwnPassword opened={asking} close={password.close} />
    </section>
  );
}
