/** The route table, asked before anything else: 404, 405 and OPTIONS for every path alike. */

import { type RequestHandler, Router } from "express";
import { pathOf } from "./call.ts";
import { ApiError, notFound } from "./errors.ts";
import { requestContext } from "./logging.ts";

/** A router whose paths are exactly what they say. */
export function strictRouter(): Router {
  return Router({ caseSensitive: true, strict: true });
}

interface Template {
  readonly pattern: RegExp;
  /** As documents show it: `/api/v1/products/{id}`. */
  readonly shown: string;
  readonly methods: readonly string[];
}

/** Every path template of an application with its methods. */
export class RouteTable {
  // By the number of segments, so that few expressions are tried for a request.
  private readonly templates = new Map<number, Template[]>();

  /** Add the routes of a router that is mounted at a path. */
  add(mount: string, router: Router): void {
    for (const { route } of router.stack) {
      if (route === undefined) {
        continue;
      }
      const path = `${mount}${route.path}`;
      const methods = route.stack.map((layer) => (layer.method ?? "").toUpperCase());
      const group = this.templates.get(segments(path)) ?? [];
      group.push({
        pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}$`),
        shown: path.replaceAll(/:(\w+)/g, "{$1}"),
        methods: [...new Set(methods)],
      });
      this.templates.set(segments(path), group);
    }
  }

  /** The template for each method of this path; none for an unknown path. */
  match(path: string): Map<string, string> {
    const found = new Map<string, string>();
    for (const { pattern, shown, methods } of this.templates.get(segments(path)) ?? []) {
      if (!pattern.test(path)) {
        continue;
      }
      for (const method of methods) {
        if (!found.has(method)) {
          found.set(method, shown);
        }
      }
    }
    const read = found.get("GET");
    if (read !== undefined) {
      found.set("HEAD", read);
    }
    return found;
  }

  /** Every route as `GET /api/v1/products/{id}`. */
  all(): string[] {
    return [...this.templates.values()]
      .flat()
      .flatMap(({ shown, methods }) => methods.map((method) => `${method} ${shown}`));
  }
}

function segments(path: string): number {
  return path.split("/").length;
}

/** Answers unknown paths and methods before rate limits, authentication and validation. */
export function earlyRouting(table: RouteTable): RequestHandler {
  return (request, response, next) => {
    const templates = table.match(pathOf(request));
    const route = templates.get(request.method);
    const context = requestContext();
    if (context !== undefined) {
      context.route = route;
    }
    if (route !== undefined) {
      next();
      return;
    }
    if (templates.size === 0) {
      throw notFound();
    }
    const allow = [...templates.keys(), "OPTIONS"].sort().join(", ");
    if (request.method === "OPTIONS") {
      response.status(204).set("Allow", allow).end();
      return;
    }
    throw new ApiError(405, "METHOD_NOT_ALLOWED", `${request.method} is not possible here.`, {
      headers: { Allow: allow },
    });
  };
}
