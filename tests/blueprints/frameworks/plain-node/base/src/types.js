// The types of @example/service.
const kind = (name) => (limits = {}) => ({ kind: name, ...limits });

export const string = kind("string");
export const integer = kind("integer");
export const decimal = kind("decimal");
export const boolean = kind("boolean");
export const oneOf = (values) => ({ kind: "enum", values });
