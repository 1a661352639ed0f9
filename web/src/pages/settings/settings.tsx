import { Alert, Tabs } from "@mantine/core";
import { useLocation } from "wouter";

import { Page } from "../../parts/page";
import { useUser } from "../../shell/user";
import Nowhere from "../nowhere";
import { About } from "./about";
import { Attributes } from "./attributes";
import { Changes } from "./changes";
import { Keys } from "./keys";
import { Limits } from "./limits";
import { People } from "./people";
import { Stored } from "./stored";
import { Webhooks } from "./webhooks";

const PARTS = {
  keys: { name: "API keys", Part: Keys },
  people: { name: "People", Part: People },
  attributes: { name: "Attributes", Part: Attributes },
  webhooks: { name: "Webhooks", Part: Webhooks },
  data: { name: "Data", Part: Stored },
  limits: { name: "Limits", Part: Limits },
  changes: { name: "Changes", Part: Changes },
  about: { name: "About", Part: About },
} as const;

function isPart(text: string): text is keyof typeof PARTS {
  return text in PARTS;
}

export default function Settings({ part }: { part: string }) {
  const user = useUser();
  const [, go] = useLocation();
  if (!isPart(part)) return <Nowhere />;
  const { Part } = PARTS[part];
  if (user.role !== "admin") {
    return (
      <Page title="Settings">
        <Alert color="gray">Only administrators see and change the settings.</Alert>
      </Page>
    );
  }
  return (
    <Page title="Settings">
      <Tabs value={part} onChange={(next) => go(`/settings/${next}`)} keepMounted={false}>
        <Tabs.List mb="lg">
          {Object.entries(PARTS).map(([value, { name }]) => (
            <Tabs.Tab key={value} value={value}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={part}>
          <Part />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
