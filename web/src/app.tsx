import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";

import { session } from "./api/queries";
import { Boundary } from "./parts/boundary";
import { Problem } from "./parts/problem";
import { Shell } from "./shell/shell";
import { UserContext } from "./shell/user";

const SetUp = lazy(() => import("./pages/signing-in/set-up"));
const SignIn = lazy(() => import("./pages/signing-in/sign-in"));
const Start = lazy(() => import("./pages/start/start"));
const Live = lazy(() => import("./pages/live/live"));
const Events = lazy(() => import("./pages/events/events"));
const SetAside = lazy(() => import("./pages/events/set-aside"));
const Contacts = lazy(() => import("./pages/contacts/contacts"));
const Contact = lazy(() => import("./pages/contacts/contact"));
const Catalogue = lazy(() => import("./pages/catalogue/catalogue"));
const CatalogueEvent = lazy(() => import("./pages/catalogue/catalogue-event"));
const Segments = lazy(() => import("./pages/segments/segments"));
const Builder = lazy(() => import("./pages/segments/builder"));
const SegmentPage = lazy(() => import("./pages/segments/segment"));
const Settings = lazy(() => import("./pages/settings/settings"));
const Webhook = lazy(() => import("./pages/settings/webhook"));
const Nowhere = lazy(() => import("./pages/nowhere"));

/** Who is there decides what is shown; the address stays, so that signing in leads back to it. */
export function App() {
  const { data, error, refetch } = useQuery(session);
  const [place] = useLocation();
  if (!data) {
    return (
      <Center h="100%">
        {error ? <Problem error={error} retry={() => void refetch()} /> : <Loader aria-label="Loading" />}
      </Center>
    );
  }
  return (
    <Boundary place={data.state}>
      <Suspense fallback={<Waiting />}>{chosen()}</Suspense>
    </Boundary>
  );

  function chosen() {
    if (data?.state === "set_up") return <SetUp needsToken={data.needs_token ?? false} />;
    if (!data?.user) return <SignIn />;
    return (
      <UserContext value={data.user}>
        <Shell>
          <Boundary place={place}>
            <Suspense fallback={<Waiting />}>
              <Pages />
            </Suspense>
          </Boundary>
        </Shell>
      </UserContext>
    );
  }
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={Start} />
      <Route path="/live" component={Live} />
      <Route path="/events/set-aside" component={SetAside} />
      <Route path="/events/:position?" component={Events} />
      <Route path="/contacts" component={Contacts} />
      <Route path="/contacts/:id">{({ id }) => <Contact key={id} id={id} />}</Route>
      <Route path="/catalogue" component={Catalogue} />
      <Route path="/catalogue/:name">
        {({ name }) => <CatalogueEvent key={name} name={name} />}
      </Route>
      <Route path="/segments" component={Segments} />
      <Route path="/segments/new">
        <Builder id={null} />
      </Route>
      <Route path="/segments/:id/edit">{({ id }) => <Builder key={id} id={Number(id)} />}</Route>
      <Route path="/segments/:id">{({ id }) => <SegmentPage key={id} id={Number(id)} />}</Route>
      <Route path="/settings">
        <Redirect to="/settings/keys" replace />
      </Route>
      <Route path="/settings/webhooks/:id">
        {({ id }) => <Webhook key={id} id={Number(id)} />}
      </Route>
      <Route path="/settings/:part">{({ part }) => <Settings part={part} />}</Route>
      <Route path="/set-up">
        <Redirect to="/" replace />
      </Route>
      <Route component={Nowhere} />
    </Switch>
  );
}

function Waiting() {
  return (
    <Center h="100%" mih={200}>
      <Loader aria-label="Loading" />
    </Center>
  );
}
