/** Everything that a worker runs. */

import type { Resources } from "../core/runtime.ts";
import { EventWork } from "./event-work.ts";
import type { Depths } from "./instruments.ts";
import type { Stop } from "./loops.ts";
import { openBroker } from "./opening.ts";
import type { QueueBroker } from "./queue-broker.ts";
import { startSending } from "./sending.ts";
import { JobWork, type Part, Work } from "./work.ts";

/** Sends the jobs that are due. */
class JobSending implements Part {
  private readonly resources: Resources;
  private readonly broker: QueueBroker;

  constructor(resources: Resources, broker: QueueBroker) {
    this.resources = resources;
    this.broker = broker;
  }

  start(): Stop {
    return startSending(this.resources.database, this.broker);
  }

  register(): void {}

  async depths(): Promise<Depths> {
    return new Map();
  }
}

/** The work of a worker, and the broker that it needs. */
export function makeWorkerWork(resources: Resources): Work {
  const broker = openBroker(resources);
  const jobs = new JobWork(resources, broker);
  return new Work(
    [jobs, new JobSending(resources, broker), new EventWork(resources, broker)],
    broker,
  );
}
