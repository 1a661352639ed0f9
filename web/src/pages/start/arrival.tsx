import { Anchor, Loader } from "@mantine/core";
import { Link } from "wouter";

import type { FoundEvents } from "../../api/client";
import { Icon } from "../../parts/icons";
import { Moment } from "../../parts/moment";
import { ago } from "../../parts/when";
import css from "./start.module.css";

/** Whether events came, and the latest of them. Turns green with the first. */
export function Arrival({ page }: { page: FoundEvents }) {
  const count = page.count ?? 0;
  const arrived = count > 0;
  return (
    <div className={css.arrival} data-arrived={arrived || undefined}>
      <div className={css.headline} role="status">
        {arrived ? <Icon name="check" size={20} /> : <Loader size={18} aria-hidden />}
        <strong>{arrived ? received(count) : "Waiting for the first event …"}</strong>
      </div>
      {arrived && (
        <ul className={css.latest}>
          {page.events.map((event) => (
            <li key={event.position}>
              <Anchor component={Link} href={`/events/${event.position}`} className={css.event}>
                {event.name}
              </Anchor>
              <span className={css.whose}>{event.contact.label}</span>
              <span className={css.when}>
                <Moment text={event.received_at}>
                  {ago(event.received_at, Date.now()) || undefined}
                </Moment>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function received(count: number): string {
  return count === 1 ? "The first event is here" : `${count.toLocaleString()} events received`;
}
