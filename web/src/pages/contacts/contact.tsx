import { Anchor, Button, Loader, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";

import type { Contact as ContactType } from "../../api/client";
import { contact } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { Moment } from "../../parts/moment";
import { Page, Panel, useTitle } from "../../parts/page";
import { Problem } from "../../parts/problem";
import { useUser } from "../../shell/user";
import { EventList } from "../events/event-list";
import { everything } from "../events/filter";
import { Changes } from "./changes";
import css from "./contacts.module.css";
import { IDENTIFIERS, called, written } from "./known";
import { Erase } from "./erase";
import { Lists } from "./lists";
import { Merge } from "./merge";
import { Merged } from "./merged";
import { Segments } from "./segments";
import { Timeline } from "./timeline";

/** What of a contact the address may ask for. */
const VIEWS = ["timeline", "changes", "events"] as const;

/** One contact: by what it is known, what is known of it, and what it did. */
export default function Contact({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(contact(id));
  if (!data) {
    return (
      <Page title="Contact">
        {error ? (
          <Problem error={error} retry={() => void refetch()} />
        ) : (
          <Loader aria-label="Loading" />
        )}
      </Page>
    );
  }
  return <Known contact={data} />;
}

function Known({ contact }: { contact: ContactType }) {
  const entries = Object.entries(contact.attributes);
  const identifiers = entries.filter(([name]) => name in IDENTIFIERS);
  const attributes = entries.filter(([name]) => !(name in IDENTIFIERS));
  const label = called(contact);
  useTitle(label);
  const isAdmin = useUser().role === "admin";
  const search = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const view = VIEWS.find((each) => each === search.get("view")) ?? "timeline";
  const of = search.get("of") ?? "";
  const viewed = (chosen: string, ofWhat = "") => {
    const parameters = new URLSearchParams({ view: chosen, ...(ofWhat && { of: ofWhat }) });
    return `/contacts/${contact.id}${chosen === "timeline" ? "" : `?${parameters.toString()}`}`;
  };
  const show = (chosen: string, ofWhat = "") => go(viewed(chosen, ofWhat));
  return (
    <div className={css.page}>
      <div className={css.about}>
        <div>
          <Anchor component={Link} href="/contacts" size="sm">
            <Back /> Contacts
          </Anchor>
          <Title order={1} fz={20} className={css.label}>
            {wrapped(label)}
          </Title>
        </div>
        <Facts title="Identifiers">
          {contact.email && <Fact name="E-mail">{contact.email}</Fact>}
          {identifiers.map(([name, value]) => (
            <Fact key={name} name={IDENTIFIERS[name] ?? name}>
              {String(value)}
            </Fact>
          ))}
          <Fact name="Number">{contact.id}</Fact>
        </Facts>
        <Facts title="Attributes">
          {attributes.length === 0 && <Text c="dimmed">None yet</Text>}
          {attributes.map(([name, value]) => (
            <Fact key={name} name={name}>
              {written(value)}{" "}
              <Anchor
                component={Link}
                href={viewed("changes", name)}
                fz={12.5}
                aria-label={`History of ${name}`}
              >
                history
              </Anchor>
            </Fact>
          ))}
        </Facts>
        <Segments id={contact.id} />
        <Lists ids={contact.listIds} />
        <Merged id={contact.id} canUndo={isAdmin} />
        <Facts title="Record">
          <Fact name="Created"><Moment text={contact.createdAt} /></Fact>
          <Fact name="Changed"><Moment text={contact.modifiedAt} /></Fact>
        </Facts>
        <Button
          component="a"
          variant="default"
          href={`/footfall/v1/contacts/${contact.id}/export?identifierType=contact_id`}
          download
        >
          Export all that is known
        </Button>
        {isAdmin && <Merge contact={contact} label={label} />}
        {isAdmin && <Erase id={contact.id} label={label} />}
      </div>
      <div className={css.events}>
        <Tabs
          value={view}
          onChange={(chosen) => show(chosen ?? "timeline")}
          keepMounted={false}
          className={css.tabs}
        >
          <Tabs.List>
            <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
            <Tabs.Tab value="changes">Changes</Tabs.Tab>
            <Tabs.Tab value="events">Events</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="timeline" className={css.tabPanel}>
            <Timeline id={contact.id} />
          </Tabs.Panel>
          <Tabs.Panel value="changes" className={css.tabPanel}>
            <Changes id={contact.id} of={of} choose={(chosen) => show("changes", chosen)} />
          </Tabs.Panel>
          <Tabs.Panel value="events" className={css.tabPanel}>
            <EventList
              filter={{ ...everything, contactIds: [contact.id] }}
              opened={null}
              whose="one"
              address={(position) => `/events/${position}?contact=${contact.id}`}
            />
          </Tabs.Panel>
        </Tabs>
      </div>
    </div>
  );
}

/** An address breaks before its @, where it must break at all. */
function wrapped(label: string): ReactNode {
  return label.split(/(?=@)/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

function Back() {
  return (
    <span style={{ verticalAlign: "-3px" }}>
      <Icon name="left" size={15} />
    </span>
  );
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel label={title}>
      <Title order={2} fz={14} mb="sm">
        {title}
      </Title>
      <dl className={css.facts}>{children}</dl>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
