import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { type Language, written } from "../../parts/calls";
import { CodeBlock } from "../../parts/code";

const CHOICE: Language[] = ["curl", "Python", "Node"];

/** The same event again, as a program. */
export function CopyAs({ body }: { body: string }) {
  const [language, setLanguage] = useState<Language>("curl");
  const call = { server: location.origin, key: "YOUR_KEY", body };
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Language"
        data={CHOICE}
        value={language}
        onChange={(value) => setLanguage(value as Language)}
      />
      <CodeBlock text={written(language, call)} what={`${language} call`} />
      <Text c="dimmed" size="sm">
        Keys are stored as hashes: put one in the place of <code>YOUR_KEY</code>.
      </Text>
    </Stack>
  );
}
