package apitest

// Roles are what the tests of access try: nobody can be anybody.
func Roles() []string {
	return []string{"anonymous"}
}

// As is the service, asked by anybody: there are no accounts.
func (s *Service) As(string) *Service {
	return s
}
