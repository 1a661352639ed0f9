import { Alert, Button, Group } from "@mantine/core";

/** What went wrong, in the server's words, where it happened. */
export function Problem({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <Alert color="red" variant="light" role="alert" p="sm">
      <Group justify="space-between" wrap="nowrap">
        <span>{error.message}</span>
        {retry && (
          <Button size="compact-sm" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
