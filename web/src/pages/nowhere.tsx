import { Anchor } from "@mantine/core";
import { Link } from "wouter";

import { Page } from "../parts/page";

export default function Nowhere() {
  return (
    <Page title="Nothing is here" about="The address leads to no page of Footfall.">
      <Anchor component={Link} href="/">
        To the start
      </Anchor>
    </Page>
  );
}
