/** The API explorer of development at /docs; everything it loads is served from here. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Router } from "express";
import { TITLE } from "../project.ts";
import { strictRouter } from "./routing.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join("; ");
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(TITLE)}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
// A file, so that no inline script need be allowed.
const START =
  'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});\n';

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** Serves the explorer. */
export function docsRouter(): Router {
  const find = createRequire(import.meta.url);
  const assets = dirname(find.resolve("swagger-ui-dist/package.json"));
  const router = strictRouter();
  router.get("/docs", (_request, response) => {
    response.set("Content-Security-Policy", POLICY).type("html").send(PAGE);
  });
  router.get("/docs/start.js", (_request, response) => {
    response.type("text/javascript").send(START);
  });
  router.get("/docs/swagger-ui-bundle.js", (_request, response) => {
    response.type("text/javascript").send(readFileSync(join(assets, "swagger-ui-bundle.js")));
  });
  router.get("/docs/swagger-ui.css", (_request, response) => {
    response.type("text/css").send(readFileSync(join(assets, "swagger-ui.css")));
  });
  return router;
}
