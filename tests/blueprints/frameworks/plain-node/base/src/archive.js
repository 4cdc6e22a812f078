export const archive = [];
