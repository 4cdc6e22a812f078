package settings_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/settings"
	"example.com/service/internal/testkit"
)

// variablesOf are the names of the variables that settings are read from.
func variablesOf(of reflect.Type) []string {
	var names []string
	for field := range of.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("env"), ","); name != "" {
			names = append(names, name)
		} else if field.Type.Kind() == reflect.Struct {
			names = append(names, variablesOf(field.Type)...)
		}
	}
	return names
}

func TestTheExampleEnvironmentListsEverySetting(t *testing.T) {
	text, err := os.ReadFile("../../.env.example")
	require.NoError(t, err)
	var listed []string
	for _, found := range regexp.MustCompile(`(?m)^#?([A-Z][A-Z0-9_]*)=`).FindAllStringSubmatch(string(text), -1) {
		// What begins so is for the tests.
		if !strings.HasPrefix(found[1], "TEST_") {
			listed = append(listed, found[1])
		}
	}
	slices.Sort(listed)
	known := variablesOf(reflect.TypeFor[settings.Settings]())
	slices.Sort(known)
	assert.Equal(t, known, listed)
}

func TestEveryFaultyVariableIsNamed(t *testing.T) {
	_, err := settings.Read(testkit.Variables(t, map[string]string{"PORT": "http", "DATABASE_URL": "nothing", "JOB_RETRY_BASE_MS": "0"}))
	require.Error(t, err)
	var names []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		names = append(names, strings.Split(line, ": ")[1])
	}
	assert.Equal(t, []string{"PORT", "DATABASE_URL", "JOB_RETRY_BASE_MS"}, names)
}

func TestProductionIsStrict(t *testing.T) {
	_, err := settings.Read(testkit.Variables(t, map[string]string{"APP_ENV": "production", "METRICS_TOKEN": "", "PROFILE_DIR": "profiles"}))
	require.ErrorContains(t, err, "configuration: METRICS_TOKEN: must have at least 16 characters in production")
	require.ErrorContains(t, err, "configuration: PROFILE_DIR: is for development, not for production")
}

func TestSettingsAreReadFromTheEnvironment(t *testing.T) {
	for name, value := range testkit.Variables(t, map[string]string{"PORT": "8123"}) {
		t.Setenv(name, value)
	}
	read, err := settings.Load()
	require.NoError(t, err)
	assert.EqualValues(t, 8123, read.Core.Port)
	t.Setenv("PORT", "http")
	_, err = settings.Load()
	assert.ErrorContains(t, err, "configuration: PORT: ")
}
