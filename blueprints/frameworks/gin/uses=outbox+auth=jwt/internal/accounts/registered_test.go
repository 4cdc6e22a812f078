package accounts_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/apitest"
	"example.com/service/internal/naming"
	"example.com/service/internal/testkit"
	"example.com/service/internal/users"
)

// registering is what is told when somebody registers with this address; where only admins make accounts, nothing is.
func registering(t *testing.T, service *apitest.Service, email string, status int) (told []testkit.Told, open bool) {
	t.Helper()
	answer := service.Post("/auth/register", apitest.Account(email))
	if !users.RegistrationOpen {
		answer.Is(http.StatusForbidden)
		assert.Empty(t, testkit.Outbox(t, service.DB))
		return nil, false
	}
	answer.Is(status)
	return testkit.Outbox(t, service.DB), true
}

func TestAnAccountThatIsMadeIsToldWithoutItsPassword(t *testing.T) {
	service := apitest.Start(t, nil)
	told, open := registering(t, service, "ada@example.com", http.StatusCreated)
	if !open {
		return
	}
	require.Len(t, told, 1)
	data := told[0].Object(t)
	assert.Equal(t, "user.registered", told[0].Type)
	assert.Equal(t, told[0].Subject, data["id"])
	assert.Equal(t, []any{"ada@example.com", "user", true}, []any{data["email"], data["role"], data["active"]})
	assert.NotContains(t, data, naming.JSON("password_hash"))
	assert.NotRegexp(t, "(?i)password|argon", string(told[0].Data))
	require.NoError(t, testkit.SchemaFault(t, told[0].Type, told[0].Data))
}

func TestAnAccountThatIsNotMadeIsNotTold(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.Register("user")
	told, _ := registering(t, service, person.Email, http.StatusConflict)
	assert.Empty(t, told)
}
