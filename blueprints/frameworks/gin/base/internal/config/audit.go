package config

// Audit is about audit entries.
type Audit struct {
	AuditRetentionDays Positive `env:"AUDIT_RETENTION_DAYS"` // without it all entries stay
}
