package apitest

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/auth"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/naming"
	"example.com/service/internal/strictjson"
	"example.com/service/internal/users"
)

// Password is that of everybody in tests.
const Password = "Correct-Horse-7-Battery"

// Made once: it takes long on purpose.
var passwordHash = sync.OnceValues(func() (string, error) {
	return auth.NewPasswords().Hash(context.Background(), Password)
})

// Roles are what the tests of access try.
func Roles() []string {
	return append([]string{"anonymous", "owner"}, users.Roles()...)
}

// Person is the service, asked by somebody who has logged in.
type Person struct {
	*Service

	ID           uuid.UUID
	Email        string
	RefreshToken string
}

// As is the service, asked by a new user of this role.
func (s *Service) As(role string) *Service {
	s.t.Helper()
	return s.LogIn(role).Service
}

// LogIn makes a user of a role, who logs in as anybody would.
func (s *Service) LogIn(role string) *Person {
	s.t.Helper()
	person := s.Register(role)
	answer := s.Post("/auth/login", map[string]any{"email": person.Email, "password": Password}).Is(http.StatusOK)
	person.Service = s.With("Authorization", "Bearer "+answer.String(naming.JSON("access_token")))
	person.RefreshToken = answer.String(naming.JSON("refresh_token"))
	return person
}

// Register makes a user of a role, who has not logged in.
func (s *Service) Register(role string) *Person {
	s.t.Helper()
	hash, err := passwordHash()
	require.NoError(s.t, err)
	id := uuid.Must(uuid.NewV7())
	body := Account(id.String() + "@example.com")
	body["role"] = "user"
	sent, err := strictjson.Decode([]byte(textOf(s.t, body)))
	require.NoError(s.t, err)
	fields := users.NewFields()
	user := fields.New()
	_, faults := fields.Create().Read(user, sent)
	require.Empty(s.t, faults)
	user.ID, user.Role, user.Active, user.PasswordHash = id, role, true, hash
	user.CreatedAt = field.Now()
	user.UpdatedAt = user.CreatedAt
	err = s.DB.Write(s.t.Context(), func(ctx context.Context, q *database.Session) error {
		return users.NewTable(fields).Insert(ctx, q, user)
	})
	require.NoError(s.t, err)
	return &Person{Service: s, ID: id, Email: user.Email}
}

// Account is what somebody says who makes an account; unique values differ each time.
func Account(email string) map[string]any {
	body := map[string]any{"email": email, "password": Password, "name": "Test Person"}
	number := int(accounts.Add(1))
	for key, samples := range ownSamples() {
		body[key] = samples[number%len(samples)]
	}
	return body
}

var accounts atomic.Int64
