import { createContext, use } from "react";

import type { Session } from "../api/client";

export type SignedIn = NonNullable<Session["user"]>;

export const UserContext = createContext<SignedIn | null>(null);

/** Who is signed in, within the shell. */
export function useUser(): SignedIn {
  const user = use(UserContext);
  if (!user) throw new Error("Nobody is signed in");
  return user;
}
