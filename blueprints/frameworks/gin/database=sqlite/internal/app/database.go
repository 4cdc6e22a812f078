package app

// databaseKind is what traces call the database.
const databaseKind = "sqlite"
