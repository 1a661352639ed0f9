import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { Problem } from "./problem";

interface Props {
  opened: boolean;
  title: string;
  action: string;
  pending: boolean;
  error: Error | null;
  close: () => void;
  confirm: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be taken back, and says what will be gone. */
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
          <Button color="red.8" loading={props.pending} onClick={props.confirm}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
