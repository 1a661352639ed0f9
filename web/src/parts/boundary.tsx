import { Alert, Button, Stack } from "@mantine/core";
import { Component, type ReactNode, useState } from "react";

interface Props {
  /** A page that broke is left by going to another place. */
  place: string;
  children: ReactNode;
}

interface State {
  error: Error | null;
  place: string;
}

/** Keeps what stands around it where a part of the page cannot be loaded or drawn. */
export class Boundary extends Component<Props, State> {
  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { place, error: null };
  }

  override state: State = { error: null, place: this.props.place };

  override render() {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}

/** A part that is fetched when it is first needed: the server is gone, or has another version now. */
const NOT_LOADED = /dynamically imported module|preload|import/i;

function Broken({ error }: { error: Error }) {
  const [silent, setSilent] = useState(false);
  const isMissing = NOT_LOADED.test(error.message);

  /** Only once the server answers, for a browser that reloads without it leaves the interface. */
  async function reload() {
    setSilent(false);
    try {
      await fetch("/healthz", { cache: "no-store" });
      location.reload();
    } catch {
      setSilent(true);
    }
  }

  return (
    <Alert
      color="red"
      role="alert"
      m="xl"
      title={isMissing ? "This page could not be loaded" : "This page does not work"}
    >
      <Stack align="flex-start" gap="sm">
        <span className="breakable">
          {isMissing
            ? "The server does not answer, or another version of Footfall runs there now."
            : `Something in it went wrong: ${error.message}`}
        </span>
        <Button size="compact-sm" variant="default" onClick={() => void reload()}>
          Load again
        </Button>
        {silent && <span role="status">The server does not answer yet.</span>}
      </Stack>
    </Alert>
  );
}
