import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { Problem } from "./problem";

interface Props {
  opened: boolean;
  title: string;
  action: string;
  /** Of what can be taken back, or does no harm. */
  color?: string;
  pending: boolean;
  error: Error | null;
  close: () => void;
  confirm: () => void;
  children: ReactNode;
}

/** Asks before something is done, and says what it does; as a rule it cannot be taken back. */
export function Confirm(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.close} title={props.title}>
      <Stack>
        <Text>{props.children}</Text>
        {props.error && <Problem error={props.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.close} data-autofocus>
            Cancel
          </Button>
          <Button color={props.color ?? "red.8"} loading={props.pending} onClick={props.confirm}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
