import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

import css from "./page.module.css";

interface Head {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
}

interface PageProps extends Head {
  /** For tables, which read well wider than text does. */
  wide?: boolean;
  /** As high as the screen, where something within it scrolls. */
  tall?: boolean;
  children: ReactNode;
}

/** A page of text and forms, as wide as reads well. */
export function Page({ children, wide = false, tall = false, ...head }: PageProps) {
  return (
    <div className={css.page} data-wide={wide || undefined} data-tall={tall || undefined}>
      <PageHead {...head} />
      {children}
    </div>
  );
}

/** The page's name, here and in the browser's tab. */
export function PageHead({ title, about, actions }: Head) {
  useTitle(title);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <div>
        <Title order={1} fz={24} lh={1.25}>
          {title}
        </Title>
        {about && (
          <Text c="dimmed" mt={4}>
            {about}
          </Text>
        )}
      </div>
      {actions}
    </Group>
  );
}

export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Footfall`;
  }, [title]);
}

/** A surface with an edge. */
export function Panel({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <section className={css.panel} aria-label={label}>
      {children}
    </section>
  );
}
