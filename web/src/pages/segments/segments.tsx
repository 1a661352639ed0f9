import { Anchor, Button, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import type { Segment } from "../../api/client";
import { segments } from "../../api/queries";
import { Icon } from "../../parts/icons";
import { Listing } from "../../parts/listing";
import { Moment } from "../../parts/moment";
import { Page } from "../../parts/page";
import { useUser } from "../../shell/user";
import { CancelChange } from "./cancel-change";
import { Remove } from "./remove";
import css from "./segments.module.css";
import { State } from "./state";

/** Every segment: how many are in it, and whether that is known already. */
export default function Segments() {
  const { data, error, refetch } = useQuery(segments);
  const isAdmin = useUser().role === "admin";
  const [text, setText] = useState("");
  const [cancelling, setCancelling] = useState<Segment | null>(null);
  const rows = (data?.segments ?? []).filter((segment) => matches(segment, text));
  return (
    <Page
      title="Segments"
      about="Conditions over contacts. Who is in changes with each event, and as time passes."
      wide
      actions={
        isAdmin && (
          <Button
            component={Link}
            href="/segments/new"
            leftSection={<Icon name="plus" size={16} />}
          >
            New segment
          </Button>
        )
      }
    >
      <search className={css.tools}>
        <TextInput
          className={css.search}
          aria-label="Search segments"
          placeholder="Name or category"
          leftSection={<Icon name="search" size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </search>
      <Listing
        label="Segments"
        heads={["Segment", "Members", "State", "Changed", ...(isAdmin ? [""] : [])]}
        loading={!data}
        error={error}
        retry={() => void refetch()}
        empty={data?.count ? "No segment matches." : "No segments yet."}
      >
        {rows.map((segment) => (
          <Table.Tr key={segment.id}>
            <Table.Td className={css.name}>
              <Anchor component={Link} href={`/segments/${segment.id}`} fw={600}>
                {segment.name}
              </Anchor>
              {segment.category && (
                <Text c="dimmed" fz={13}>
                  {segment.category}
                </Text>
              )}
            </Table.Td>
            <Table.Td className="tabular">{segment.count.toLocaleString()}</Table.Td>
            <Table.Td>
              <State segment={segment} />
            </Table.Td>
            <Table.Td className="tabular"><Moment text={segment.updated_at} /></Table.Td>
            {isAdmin && (
              <Table.Td ta="right">
                {segment.former_definition ? (
                  <CancelChange segment={segment} size="compact-sm" />
                ) : (
                  segment.state === "computing" && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Cancel and remove ${segment.name}`}
                      onClick={() => setCancelling(segment)}
                    >
                      Cancel and remove
                    </Button>
                  )
                )}
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Listing>
      <Remove segment={cancelling} close={() => setCancelling(null)} />
    </Page>
  );
}

function matches({ name, category }: Segment, text: string): boolean {
  const said = `${name} ${category}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}
