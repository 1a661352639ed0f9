import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const ink: MantineColorsTuple = [
  "#eef0ff",
  "#dcdffb",
  "#b7bcf2",
  "#9098ea",
  "#6f79e3",
  "#5964de",
  "#4b57d6",
  "#3b45c9",
  "#323bae",
  "#282f8f",
];

const night: MantineColorsTuple = [
  "#e4e7ee",
  "#c3c8d4",
  "#a3a9b9",
  "#7b8295",
  "#3d4354",
  "#2d3240",
  "#232734",
  "#191c26",
  "#13151d",
  "#0d0f15",
];

const sans =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';
const mono =
  'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 6 },
  colors: { ink, dark: night },
  fontFamily: sans,
  fontFamilyMonospace: mono,
  headings: { fontFamily: sans, fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Text: { defaultProps: { fz: 14 } },
    Loader: { defaultProps: { role: "img" } }, // a span has no role that its name could belong to
    Badge: { defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 550 } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: {
      defaultProps: { centered: true, closeButtonProps: { "aria-label": "Close" } },
    },
    TextInput: { defaultProps: { withAsterisk: false } },
    PasswordInput: { defaultProps: { withAsterisk: false } },
  },
});

/** Where the library's own shades are too faint to read (WCAG AA), ours. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c6370",
    "--mantine-color-placeholder": "#6b7280",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-anchor": "#3b45c9",
    "--mantine-color-green-light-color": "#1b6e31",
    "--mantine-color-yellow-light-color": "#8a5300",
    "--mantine-color-red-light-color": "#b42323",
    "--mantine-color-gray-light-color": "#4a5160",
    "--mantine-color-ink-light-color": "#323bae",
    "--mantine-color-yellow-light": "#fdf3dc",
    "--mantine-color-green-light": "#e1f4e6",
    "--mantine-color-gray-light": "#eceef3",
    "--mantine-color-red-light": "#fdeaea",
    "--mantine-color-ink-light": "#e6e8fd",
  },
  dark: {
    "--mantine-color-dimmed": "#a3a9b9",
    "--mantine-color-placeholder": "#8d94a6",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-anchor": "#9098ea",
    "--mantine-color-ink-light-color": "#c3c8fa",
    "--mantine-color-gray-light-color": "#c3c8d4",
    "--mantine-color-yellow-light-color": "#f5cf85",
    "--mantine-color-green-light-color": "#8fe0a6",
    "--mantine-color-red-light-color": "#ffb3b3",
    "--mantine-color-ink-light": "#262b57",
    "--mantine-color-gray-light": "#2a2f3c",
    "--mantine-color-yellow-light": "#33290f",
    "--mantine-color-green-light": "#17301f",
    "--mantine-color-red-light": "#3a1c20",
  },
});
