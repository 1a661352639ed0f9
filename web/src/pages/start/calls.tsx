import { Group, SegmentedControl, Tabs, Text } from "@mantine/core";
import { useState } from "react";

import { LANGUAGES, type Language, written, writtenWithSdk } from "../../parts/calls";
import { CodeBlock } from "../../parts/code";

const EVENT = JSON.stringify({
  event_name: "video_played",
  identifiers: { email_id: "jane.doe@example.com" },
  contact_properties: { AGE: 32 },
  event_properties: { video_title: "Getting started", duration: 142, autoplayed: false },
});

/** The first event as a program to paste, in some languages. */
export function Calls({ secret }: { secret: string }) {
  const [language, setLanguage] = useState<Language>("curl");
  const [way, setWay] = useState("plain");
  const call = { server: location.origin, key: secret || "YOUR_KEY", body: EVENT };
  const hasSdk = language === "Python" || language === "Node";
  const text = hasSdk && way === "sdk" ? writtenWithSdk(language, call) : written(language, call);
  return (
    <Tabs value={language} onChange={(value) => setLanguage(value as Language)} keepMounted={false}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Tabs.List>
          {LANGUAGES.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {each}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {hasSdk && (
          <SegmentedControl
            size="xs"
            aria-label="With what"
            value={way}
            onChange={setWay}
            data={[
              { value: "plain", label: "Nothing to install" },
              { value: "sdk", label: "Official client" },
            ]}
          />
        )}
      </Group>
      <Tabs.Panel value={language}>
        <CodeBlock text={text} what={`${language} call`} />
      </Tabs.Panel>
      {!secret && (
        <Text c="dimmed" mt="xs">
          Put a key in the place of <code>YOUR_KEY</code>, or create one above.
        </Text>
      )}
    </Tabs>
  );
}
