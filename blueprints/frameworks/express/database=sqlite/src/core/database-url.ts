/** Whether a URL names a database that this service can use: a file. */
export function isDatabaseUrl(text: string): boolean {
  return text.startsWith("sqlite:///") && text.length > "sqlite:///".length;
}
