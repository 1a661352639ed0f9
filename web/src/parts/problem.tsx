import { Alert, Button, Group } from "@mantine/core";

import { ApiError } from "../api/client";

/** What went wrong, in the server's words, where it happened; with a way to ask again, where that may
 * help: what was refused for what was asked is refused again. */
export function Problem({ error, retry }: { error: Error; retry?: (() => void) | undefined }) {
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      <Group justify="space-between" wrap="nowrap">
        <span className="breakable">{error.message}</span>
        {retry && mayPass(error) && (
          <Button size="compact-sm" variant="default" onClick={retry} style={{ flexShrink: 0 }}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

const BUSY = [408, 429];

function mayPass(error: Error): boolean {
  if (!(error instanceof ApiError)) return true;
  return error.status < 400 || error.status >= 500 || BUSY.includes(error.status);
}
