// https://tc39.es/proposal-json-parse-with-source/ is in Node, not yet in the compiler's library.
interface JSON {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}
