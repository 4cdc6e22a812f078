package access

// IsAdmin tells whether the caller passes every access check.
func (c Caller) IsAdmin() bool { return c.Role != nil && *c.Role == admin }
