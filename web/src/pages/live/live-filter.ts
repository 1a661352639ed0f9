import { all, type LiveFilter, type Show } from "./feed";

const SHOWS: readonly Show[] = ["all", "accepted", "refused"];

/** The filter that stands in the address. */
export function read(search: string): LiveFilter {
  const parameters = new URLSearchParams(search);
  return {
    show: SHOWS.find((each) => each === parameters.get("show")) ?? all.show,
    names: parameters.getAll("name").filter((name) => name !== ""),
    text: parameters.get("text") ?? "",
  };
}

/** The part of an address that `read` takes back, with its question mark; empty for everything. */
export function written({ show, names, text }: LiveFilter): string {
  const parameters = new URLSearchParams();
  if (show !== all.show) parameters.set("show", show);
  names.forEach((name) => parameters.append("name", name));
  if (text) parameters.set("text", text);
  const search = parameters.toString();
  return search && `?${search}`;
}
