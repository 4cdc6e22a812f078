package commands_test

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/apitest"
	"example.com/service/internal/commands"
	"example.com/service/internal/config"
	"example.com/service/internal/testkit"
)

// createAdmin runs the command beside a service, and tells what it says.
func createAdmin(t *testing.T, service *apitest.Service, email, password string) (string, error) {
	t.Helper()
	with := *service.Settings
	with.Auth.AdminEmail, with.Auth.AdminPassword = email, config.Secret(password)
	var out bytes.Buffer
	err := commands.CreateAdmin(t.Context(), &commands.Env{Log: testkit.Log(t), Settings: &with, Out: &out}, nil)
	return out.String(), err
}

func TestAnAdminIsMadeOrPromoted(t *testing.T) {
	service := apitest.Start(t, nil)
	user := service.LogIn("user")
	for _, outcome := range []string{"created", "promoted"} {
		said, err := createAdmin(t, service, "Root@Example.com", apitest.Password)
		require.NoError(t, err)
		assert.Equal(t, "admin "+outcome+": root@example.com\n", said)
	}
	login := map[string]any{"email": "root@example.com", "password": apitest.Password}
	service.Post("/auth/login", login).Is(http.StatusOK)
	user.Get("/users").Is(http.StatusForbidden)
	said, err := createAdmin(t, service, user.Email, "Another-Password-9")
	require.NoError(t, err)
	assert.Equal(t, "admin promoted: "+user.Email+"\n", said)
	user.Get("/users").Is(http.StatusOK)
	service.Post("/auth/login", map[string]any{"email": user.Email, "password": apitest.Password}).Is(http.StatusOK)
}

func TestWhatIsMissingOrWeakIsNamed(t *testing.T) {
	service := apitest.Start(t, nil)
	for _, each := range []struct{ email, password, named string }{
		{"", apitest.Password, "ADMIN_EMAIL: must be given"},
		{"root", apitest.Password, "ADMIN_EMAIL: must be an e-mail address"},
		{"root@example.com", "", "ADMIN_PASSWORD: must be given"},
		{"root@example.com", "weak", "ADMIN_PASSWORD: must have at least 8 characters"},
	} {
		_, err := createAdmin(t, service, each.email, each.password)
		require.EqualError(t, err, each.named)
	}
}
