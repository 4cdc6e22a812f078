package migrating_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/migrating"
)

func TestTheServiceFindsTheJournalThatItWants(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new.db")
	_, err := migrating.Run("sqlite:///"+file, migrating.Up)
	require.NoError(t, err)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	// How the file format marks a write-ahead log: https://www.sqlite.org/fileformat.html#file_format_version_numbers
	assert.Equal(t, []byte{2, 2}, content[18:20])
}
