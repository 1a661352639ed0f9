import { Title } from "@mantine/core";
import type { ReactNode } from "react";

import { Logo } from "../../parts/icons";
import { useTitle } from "../../parts/page";
import css from "./frame.module.css";

/** The card in the middle of an otherwise empty page. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className={css.frame}>
      <div className={css.card}>
        <div className={css.brand}>
          <Logo size={32} />
          <span>Footfall</span>
        </div>
        <Title order={1} fz={21} mb="md">
          {title}
        </Title>
        {children}
      </div>
    </main>
  );
}
