import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";

import type { LiveMessage } from "../../api/client";
import { session } from "../../api/queries";
import { Feed } from "./feed";

const AGAIN = 5_000;

export type Connection = "connecting" | "open" | "lost";

/**
 * The live stream while the page is open. However often messages come, the page is drawn once for
 * each frame of the screen at the most; `draw` is for changes of the feed by the page itself.
 */
export function useLive(): { feed: Feed; connection: Connection; draw: () => void } {
  const [feed] = useState(() => new Feed());
  const [connection, setConnection] = useState<Connection>("connecting");
  const [, draw] = useReducer((times: number) => times + 1, 0);
  const queries = useQueryClient();

  useEffect(() => {
    let frame = 0;
    let timer = 0;
    let last = "";
    let source = connect();

    function connect(): EventSource {
      const opened = new EventSource(`/footfall/v1/live${last && `?after=${last}`}`);
      opened.onopen = () => setConnection("open");
      opened.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
        last = lastEventId;
        feed.take(JSON.parse(data) as LiveMessage);
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          draw();
        });
      };
      opened.onerror = () => {
        setConnection("lost");
        if (opened.readyState !== EventSource.CLOSED) return;
        // The browser tries no more after a refusal, which may be the end of the session.
        void queries.invalidateQueries({ queryKey: session.queryKey });
        timer = window.setTimeout(() => (source = connect()), AGAIN);
      };
      return opened;
    }

    return () => {
      source.close();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [feed, queries]);

  return { feed, connection, draw };
}
