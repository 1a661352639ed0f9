/** Drawn here: a handful of strokes on a grid of 24, so that no library of icons is shipped. */
const STROKES = {
  start: "M4 11.5 12 4l8 7.500M6 10v9h12v-9M10 19v-5h4v5",
  live: "M3 12h4l3-7 4 14 3-7h4",
  events: "M4 6h16M4 12h16M4 18h10",
  catalogue: "M5 4.500h10a3 3 0 0 1 3 3V20H8a3 3 0 0 1-3-3ZM5 17a3 3 0 0 1 3-3h10M9 9h5",
  edit: "M5 19h3.500L19 8.500 15.500 5 5 15.500ZM13 7.500l3.500 3.500",
  contacts: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20c.8-3.500 3.800-5.500 7.500-5.500s6.700 2 7.500 5.500",
  segments: "M12 3a9 9 0 1 0 9 9h-9ZM16 3.500A9 9 0 0 1 20.500 8H16Z",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
  menu: "M4 7h16M4 12h16M4 17h16",
  chevron: "m8 10 4-4 4 4M8 14l4 4 4-4",
  check: "m5 12.500 4.500 4.500L19 7.500",
  copy: "M9 9h10v11H9zM5 15V4h10",
  close: "m6 6 12 12M18 6 6 18",
  left: "m14.500 6-6 6 6 6",
  right: "m9.500 6 6 6-6 6",
  up: "m6 14.500 6-6 6 6",
  down: "m6 9.500 6 6 6-6",
  search: "M11 17.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM16 16l4.500 4.500",
  pause: "M8.500 5v14M15.500 5v14",
  play: "M8 5.500v13l10.500-6.500Z",
  plus: "M12 5v14M5 12h14",
} as const;

export type IconName = keyof typeof STROKES;

/** Decoration only: whatever it stands on has its own name. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d={STROKES[name]} />
    </svg>
  );
}

export function Logo({ size = 26 }: { size?: number }) {
  return <img src="/favicon.svg" width={size} height={size} alt="" />;
}
