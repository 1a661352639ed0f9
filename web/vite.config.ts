import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // The server puts a value of its own there with each answer.
  html: { cspNonce: "__NONCE__" },
  build: {
    outDir: "../src/footfall/web",
    emptyOutDir: true,
    // Everything stays a file of this server: the policy allows no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
  },
  server: {
    // `npm run dev` beside a running `footfall serve`.
    proxy: { "/v3": server, "/footfall": server },
  },
});
