import { Button } from "@mantine/core";

import { Problem } from "./problem";

interface Props {
  /** A list that is read page by page. */
  of: {
    data: object | undefined;
    error: Error | null;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => Promise<unknown>;
  };
  label?: string;
}

/** Below a list that goes on: a button for its next page, and why that did not come. */
export function Further({ of, label = "Show earlier" }: Props) {
  if (!of.data) return null;
  const next = () => void of.fetchNextPage();
  return (
    <>
      {of.error && <Problem error={of.error} retry={next} />}
      {of.hasNextPage && (
        <Button variant="default" m="sm" loading={of.isFetchingNextPage} onClick={next}>
          {label}
        </Button>
      )}
    </>
  );
}
