/** What can go wrong with another service; no text tells a token, a body or a query. */

/** Another service did not do what it was asked for. */
export class IntegrationError extends Error {
  readonly service: string;

  constructor(service: string, message: string, cause?: unknown) {
    super(`the service “${service}” ${message}`, { cause });
    this.name = new.target.name;
    this.service = service;
  }
}

interface Failure {
  /** Whether it may be well at once. */
  readonly again?: boolean;
  /** How long it asked to wait. */
  readonly waitMs?: number | undefined;
  /** The JSON key that was not as agreed. */
  readonly field?: string;
  readonly cause?: unknown;
}

/** It is away, too slow, failing, or answers otherwise than agreed. Later it may be well. */
export class ServiceFailedError extends IntegrationError {
  readonly again: boolean;
  readonly waitMs: number | undefined;
  readonly field: string | undefined;

  constructor(service: string, message: string, failure: Failure = {}) {
    super(service, message, failure.cause);
    this.again = failure.again ?? false;
    this.waitMs = failure.waitMs;
    this.field = failure.field;
  }
}

/** It understood, and said no: asking the same again changes nothing. */
export class RequestRefusedError extends IntegrationError {
  readonly status: number;

  constructor(service: string, status: number) {
    super(service, `refused the request with status ${status}`);
    this.status = status;
  }
}
