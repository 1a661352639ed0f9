import { ActionIcon, Drawer, Group, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useEffect } from "react";
import { Link, useLocation } from "wouter";

import { Icon, type IconName, Logo } from "../parts/icons";
import { Account } from "./account";
import css from "./shell.module.css";

const PAGES: { path: string; name: string; icon: IconName }[] = [
  { path: "/", name: "Start", icon: "start" },
  { path: "/live", name: "Live", icon: "live" },
  { path: "/events", name: "Events", icon: "events" },
  { path: "/contacts", name: "Contacts", icon: "contacts" },
  { path: "/segments", name: "Segments", icon: "segments" },
  { path: "/catalogue", name: "Catalogue", icon: "catalogue" },
  { path: "/settings", name: "Settings", icon: "settings" },
];

/** What stands around every page: where one can go, and who one is. */
export function Shell({ children }: { children: ReactNode }) {
  const [opened, menu] = useDisclosure(false);
  const [location] = useLocation();
  useEffect(menu.close, [location, menu.close]);
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#content">
        Skip to the content
      </a>
      <nav className={css.bar} aria-label="Menu">
        <Group gap="xs">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Menu" onClick={menu.open}>
            <Icon name="menu" />
          </ActionIcon>
          <Brand />
        </Group>
      </nav>
      <div className={css.side}>
        <Side />
      </div>
      <Drawer
        opened={opened}
        onClose={menu.close}
        size={260}
        title={<Brand />}
        closeButtonProps={{ "aria-label": "Close the menu" }}
      >
        <Side withoutBrand />
      </Drawer>
      <main id="content" className={css.content} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function Side({ withoutBrand = false }: { withoutBrand?: boolean }) {
  const [location] = useLocation();
  return (
    <div className={css.sideInner}>
      <nav aria-label="Pages" className={css.pages}>
        {withoutBrand || <Brand />}
        {PAGES.map(({ path, name, icon }) => (
          <Link
            key={path}
            href={path}
            className={css.page}
            aria-current={isWithin(path, location) ? "page" : undefined}
          >
            <Icon name={icon} />
            {name}
          </Link>
        ))}
      </nav>
      <Account />
    </div>
  );
}

function Brand() {
  return (
    <Link href="/" className={css.brand}>
      <Logo />
      <span>Footfall</span>
      <VisuallyHidden>, to the start</VisuallyHidden>
    </Link>
  );
}

function isWithin(path: string, location: string): boolean {
  return location === path || (path !== "/" && location.startsWith(`${path}/`));
}
