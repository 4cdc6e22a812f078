/** Whether a URL names a database that this service can use. */
export function isDatabaseUrl(text: string): boolean {
  return text.startsWith("mysql://") && URL.canParse(text) && new URL(text).pathname.length > 1;
}
