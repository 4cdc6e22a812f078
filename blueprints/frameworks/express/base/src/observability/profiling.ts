/** A profile of each request, for development: the tools of Chrome and most editors show one. */

import { mkdir, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { type Profiler, Session } from "node:inspector";
import { join } from "node:path";
import { log, type RequestContext } from "../core/logging.ts";
import type { Ended } from "../core/middleware.ts";
import { knownMethod } from "./metrics.ts";

/**
 * Writes `<milliseconds>ms-<method>-<route>-<number>.cpuprofile` into a folder for each request.
 *
 * The process has one profiler: of requests at the same time, only the first one is profiled.
 */
export class Profiles {
  private readonly folder: string;
  private readonly session = new Session();
  private number = 0;
  private busy = false;

  constructor(folder: string) {
    this.folder = folder;
    this.session.connect();
    this.session.post("Profiler.enable");
  }

  /** Begin the profile of a request. */
  begin(request: IncomingMessage, context: RequestContext): Ended | undefined {
    if (this.busy) {
      return undefined;
    }
    this.busy = true;
    this.session.post("Profiler.start");
    return (_status, seconds) => {
      this.session.post("Profiler.stop", (_error, { profile }) => {
        this.busy = false;
        const method = knownMethod(request.method ?? "", "other");
        void this.keep(profile, `${method}-${words(context.route)}`, seconds);
      });
    };
  }

  private async keep(profile: Profiler.Profile, request: string, seconds: number): Promise<void> {
    const took = String(Math.round(seconds * 1000)).padStart(5, "0");
    const name = `${took}ms-${request}-${++this.number}.cpuprofile`;
    try {
      await mkdir(this.folder, { recursive: true });
      await writeFile(join(this.folder, name), JSON.stringify(profile));
    } catch (error) {
      log.error({ err: error }, "cannot write a profile");
    }
  }

  /** End profiling. */
  close(): void {
    this.session.disconnect();
  }
}

/** A route as part of a file's name. */
function words(route = "none"): string {
  return route.replaceAll(/[^A-Za-z0-9]/g, "-").replaceAll(/^-+|-+$/g, "");
}
