package users

// RegistrationOpen tells whether people make accounts themselves; otherwise only an admin does.
const RegistrationOpen = true

// Roles are what a user can be; `admin` passes every access check.
func Roles() []string {
	return []string{"user", "admin"}
}
