/** Where answers are kept in the meantime: nowhere, so nothing is left of a test. */

import type { Database } from "../src/core/database.ts";

/** Begin anew. */
export function nextKeys(): void {}

/** Let a database keep its answers apart from those of other tests. */
export function ownKeys(_database: Database): void {}

/** Remove what is left. */
export async function removeKeys(_database: Database): Promise<void> {}
