/** Other services that this one asks: none. */

/** Have clients of other services; the function that is returned closes them. */
export function openClients(_settings: unknown): () => void {
  return () => undefined;
}
