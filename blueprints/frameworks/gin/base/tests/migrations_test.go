package tests

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/apitest"
	"example.com/service/internal/app"
	"example.com/service/internal/commands"
	"example.com/service/internal/migrating"
	"example.com/service/internal/resource"
)

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	service := apitest.Start(t, nil)
	url := string(service.Settings.Core.DatabaseURL)
	defer func() {
		_, err := migrating.Run(url, migrating.Up)
		require.NoError(t, err)
	}()
	for {
		done, err := migrating.Run(url, migrating.Down)
		require.NoError(t, err)
		if len(done) == 0 {
			break
		}
		assert.Regexp(t, "^down [0-9]{4}_", done[0])
	}
	// No start migrates.
	other, err := app.New(t.Context(), service.Logger(), service.Settings)
	require.NoError(t, err)
	require.NoError(t, other.DB.Ping(t.Context()))
	require.NoError(t, other.Close(t.Context()))
	done, err := migrating.Run(url, migrating.Up)
	require.NoError(t, err)
	assert.Equal(t, "up 0001_initial", done[0])
	done, err = migrating.Run(url, migrating.Up)
	require.NoError(t, err)
	assert.Empty(t, done)
}

// counts are how many rows there are of everything that is seeded.
func counts(d *desk) []float64 {
	d.Helper()
	var found []float64
	for _, seed := range app.Seeds() {
		of, known := resourceNamed(d.T, seed.Entity)
		require.True(d, known)
		if of.can("list") && !of.Cursor {
			total, _ := d.admin.Get(of.Path).Object()["total"].(float64)
			found = append(found, total)
		}
	}
	return found
}

func TestSeedingTwiceIsTheSameAsOnce(t *testing.T) {
	d := newDesk(t)
	var before []float64
	for range 2 {
		require.NoError(t, d.service.Resources.StoreSeeds(t.Context(), app.Seeds()))
		if before != nil {
			assert.Equal(t, before, counts(d))
		}
		before = counts(d)
		for _, count := range before {
			assert.Positive(t, count)
		}
	}
}

func TestSeedingStaysClearOfRowsThatAreThere(t *testing.T) {
	d := newDesk(t)
	var few []resource.Seed
	for _, seed := range app.Seeds() {
		few = append(few, resource.Seed{Entity: seed.Entity, Examples: seed.Examples[:1]})
	}
	require.NoError(t, d.service.Resources.StoreSeeds(t.Context(), few))
	before := counts(d)
	require.NoError(t, d.service.Resources.StoreSeeds(t.Context(), app.Seeds()))
	assert.Equal(t, before, counts(d))
}

func TestProductionIsNotSeeded(t *testing.T) {
	d := newDesk(t)
	production := *d.service.Settings
	production.Core.Environment = "production"
	env := &commands.Env{Log: d.service.Logger(), Settings: &production, Out: &bytes.Buffer{}}
	err := commands.Seed(context.WithoutCancel(t.Context()), env, nil)
	require.ErrorIs(t, err, commands.ErrProduction)
	assert.EqualError(t, err, "seed: refused in production")
	for _, count := range counts(d) {
		assert.Zero(t, count)
	}
}

func TestEveryListIsExplained(t *testing.T) {
	d := newDesk(t)
	var out bytes.Buffer
	env := &commands.Env{Log: d.service.Logger(), Settings: d.service.Settings, Out: &out}
	require.Error(t, commands.Explain(t.Context(), env, nil))
	require.NoError(t, commands.Seed(t.Context(), env, nil))
	require.NoError(t, commands.Explain(t.Context(), env, nil))
	assert.Regexp(t, `\n[1-9][0-9]* lists explained, [0-9]+ marked with !\n$`, out.String())
	for _, seed := range app.Seeds() {
		of, _ := resourceNamed(t, seed.Entity)
		if of.can("list") {
			assert.Contains(t, out.String(), "GET "+of.Path+"\n")
		}
	}
}
