/** Unforeseen errors, sent to Sentry or whatever speaks its protocol. */

import {
  defaultStackParser,
  type ErrorEvent,
  makeNodeTransport,
  NodeClient,
  Scope,
} from "@sentry/node";
import { NAME, VERSION } from "../project.ts";

const FLUSH_MS = 2000;
// Where databases tell the values of a row: PostgreSQL in this part of a message, MySQL in quotes.
const VALUES = /\nDETAIL:[^\n]*|(?<=^Duplicate entry )'.*'(?= for key)/gs;

/** In which request an error happened. */
export interface Place {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
}

/** Reports errors with their trace: no body, header, query, user or local variable. */
export class ErrorTracking {
  private readonly client: NodeClient;

  constructor(dsn: string, environment: string) {
    this.client = new NodeClient({
      dsn,
      environment,
      release: `${NAME}@${VERSION}`,
      transport: makeNodeTransport,
      stackParser: defaultStackParser,
      beforeSend: withoutValues,
      // Only what is handed to `report` goes out.
      integrations: [],
      enableRuntimeChannelInjection: false,
      includeLocalVariables: false,
      sendClientReports: false,
    });
  }

  /** Send one error; tags say in which request it happened. */
  report(error: unknown, { requestId, method, route }: Place): void {
    const scope = new Scope();
    scope.setTags({ request_id: requestId, method, route });
    scope.setTransactionName(`${method} ${route}`);
    // What is no error would be sent with all that it holds.
    const known = error instanceof Error ? error : new Error("something that is no error");
    this.client.captureException(known, undefined, scope);
  }

  /** Send what is left. */
  async close(): Promise<void> {
    await this.client.close(FLUSH_MS);
  }
}

function withoutValues(event: ErrorEvent): ErrorEvent {
  for (const each of event.exception?.values ?? []) {
    each.value = (each.value ?? "").replaceAll(VALUES, "");
  }
  return event;
}
