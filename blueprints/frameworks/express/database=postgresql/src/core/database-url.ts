/** Whether a URL names a database that this service can use. */
export function isDatabaseUrl(text: string): boolean {
  return text.startsWith("postgresql://") && URL.canParse(text);
}
