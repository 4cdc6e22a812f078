package accounts_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"example.com/service/internal/apitest"
	"example.com/service/internal/auth"
	"example.com/service/internal/database"
	"example.com/service/internal/naming"
	"example.com/service/internal/project"
	"example.com/service/internal/users"
)

const (
	password = apitest.Password
	other    = "Another-Password-9"
	wrong    = "Wrong-Password-1"
	year     = 365 * 24 * time.Hour
)

type object = map[string]any

func accessOf(answer *apitest.Answer) string  { return answer.String(naming.JSON("access_token")) }
func refreshOf(answer *apitest.Answer) string { return answer.String(naming.JSON("refresh_token")) }

func login(service *apitest.Service, email, password string) *apitest.Answer {
	return service.Post("/auth/login", object{"email": email, "password": password})
}

func refresh(service *apitest.Service, token string) *apitest.Answer {
	return service.Post("/auth/refresh", object{naming.JSON("refresh_token"): token})
}

func logout(service *apitest.Service, token string) *apitest.Answer {
	return service.Post("/auth/logout", object{naming.JSON("refresh_token"): token})
}

func change(service *apitest.Service, current, password string) *apitest.Answer {
	return service.Post("/auth/change-password", object{naming.JSON("current_password"): current, naming.JSON("new_password"): password})
}

func confirm(service *apitest.Service, token, password string) *apitest.Answer {
	return service.Post("/auth/password-reset/confirm", object{"token": token, naming.JSON("new_password"): password})
}

// me is the status of asking who one is.
func me(service *apitest.Service, token string) int {
	return service.With("Authorization", "Bearer "+token).Get("/auth/me").Status
}

// atOnce asks several times at once, and tells the statuses, sorted.
func atOnce(times int, ask func(number int) *apitest.Answer) []int {
	statuses := make([]int, times)
	var asking sync.WaitGroup
	for number := range times {
		asking.Go(func() { statuses[number] = ask(number).Status })
	}
	asking.Wait()
	slices.Sort(statuses)
	return statuses
}

// runf runs a statement beside the service.
func runf(t *testing.T, service *apitest.Service, format string, values ...any) {
	t.Helper()
	err := service.DB.Write(t.Context(), func(ctx context.Context, s *database.Session) error {
		_, err := database.Exec(ctx, s, format, values...)
		return err
	})
	require.NoError(t, err)
}

// texts is a column of all rows of a table.
func texts(t *testing.T, service *apitest.Service, column, table string) []string {
	t.Helper()
	var found []string
	err := service.DB.Read(t.Context(), func(ctx context.Context, q database.Queryer) error {
		return database.Each(ctx, q, func(scan func(into ...any) error) error {
			var text string
			err := scan(&text)
			found = append(found, text)
			return err
		}, fmt.Sprintf("SELECT %s FROM %s ORDER BY id", column, table))
	})
	require.NoError(t, err)
	return found
}

func TestRegistrationAnswersTheUserAndNothingSecret(t *testing.T) {
	service := apitest.Start(t, nil)
	if !users.RegistrationOpen {
		for _, body := range []object{apitest.Account("ada@example.com"), {"x": 1}} {
			service.Post("/auth/register", body).Fails(http.StatusForbidden, "FORBIDDEN")
		}
		return
	}
	answer := service.Post("/auth/register", apitest.Account("  ADA@Example.com ")).Is(http.StatusCreated)
	user := answer.Object()
	assert.Equal(t, project.BasePath+"/users/"+answer.String("id"), answer.Header.Get("Location"))
	assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	assert.Equal(t, "ada@example.com", user["email"])
	assert.Equal(t, "user", user["role"])
	assert.Equal(t, true, user["active"])
	assert.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`, user[naming.JSON("created_at")])
	assert.NotContains(t, strings.ToLower(answer.Text), "password")
	login(service, "Ada@example.com", password).Is(http.StatusOK)
	assert.Positive(t, service.RunJobs())
	mails := service.Mails()
	require.Len(t, mails, 1)
	assert.Equal(t, "ada@example.com", mails[0].To)
	assert.Contains(t, mails[0].Text, "Hello Test Person,")
}

func TestAnAddressThatIsTakenIsAConflictWhateverItsCase(t *testing.T) {
	if !users.RegistrationOpen {
		return
	}
	service := apitest.Start(t, nil)
	addresses := []string{"ada@example.com", "ADA@EXAMPLE.COM"}
	statuses := atOnce(4, func(number int) *apitest.Answer {
		return service.Post("/auth/register", apitest.Account(addresses[number%2]))
	})
	assert.Equal(t, []int{201, 409, 409, 409}, statuses)
	taken := service.Post("/auth/register", apitest.Account("ada@example.com")).Fails(http.StatusConflict, "CONFLICT")
	assert.Equal(t, "unique", taken.Faults()["email"])
	assert.Len(t, texts(t, service, "email", "users"), 1)
}

func TestRegistrationNamesEveryFaultyField(t *testing.T) {
	if !users.RegistrationOpen {
		return
	}
	service := apitest.Start(t, nil)
	cases := []struct {
		change object
		faults map[string]string
	}{
		{object{"email": "ada"}, map[string]string{"email": "format"}},
		{object{"email": "ada@localhost"}, map[string]string{"email": "format"}},
		{object{"email": strings.Repeat("a", 250) + "@b.de"}, map[string]string{"email": "max"}},
		{object{"email": 5}, map[string]string{"email": "type"}},
		{object{"email": nil}, map[string]string{"email": "required"}},
		{object{"name": ""}, map[string]string{"name": "min"}},
		{object{"name": strings.Repeat("x", 101)}, map[string]string{"name": "max"}},
		{object{"name": "a\x00b"}, map[string]string{"name": "format"}},
		{object{"password": "password1"}, map[string]string{"password": "rule"}},
		{object{"password": "Short1"}, map[string]string{"password": "min"}},
		{object{"password": strings.Repeat("x", 129)}, map[string]string{"password": "max"}},
		{object{"role": "admin"}, map[string]string{"role": "unknown"}},
		{object{"id": "1", "passwordHash": "x"}, map[string]string{"id": "readOnly", "passwordHash": "unknown"}},
		{object{"email": "", "name": nil, "password": 1}, map[string]string{"email": "format", "name": "required", "password": "type"}},
	}
	for _, each := range cases {
		body := apitest.Account("ada@example.com")
		for key, value := range each.change {
			body[key] = value
		}
		assert.Equal(t, each.faults, service.Post("/auth/register", body).Fails(http.StatusBadRequest, "VALIDATION_ERROR").Faults())
		asked := service.Post("/auth/register?x=1", body).Faults()
		assert.Equal(t, "unknown", asked["x"])
		assert.Len(t, asked, len(each.faults)+1)
	}
}

func TestALoginGivesAPairOfTokens(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.Register("user")
	answer := login(service, strings.ToUpper(person.Email), password).Is(http.StatusOK)
	assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	assert.Equal(t, http.StatusOK, me(service, accessOf(answer)))
	pair := answer.Object()
	assert.NotEmpty(t, refreshOf(answer))
	assert.Equal(t, "Bearer", pair[naming.JSON("token_type")])
	assert.InDelta(t, 900, pair[naming.JSON("expires_in")], 0)
	assert.Len(t, pair, 4)
}

func TestNoSecretReachesTheLog(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	login(service, person.Email, other).Is(http.StatusUnauthorized)
	pair := refresh(service, person.RefreshToken).Is(http.StatusOK)
	change(person.Service, password, other).Is(http.StatusNoContent)
	_, token, _ := strings.Cut(person.Headers["Authorization"], " ")
	for _, secret := range []string{password, other, person.RefreshToken, token, accessOf(pair), refreshOf(pair)} {
		assert.NotContains(t, service.Log.Text(), secret)
	}
	lines := service.Log.Lines("request")
	require.Len(t, lines, 4)
	assert.Equal(t, person.ID.String(), lines[3]["userId"])
	assert.Nil(t, lines[0]["userId"])
}

func TestUnknownAndKnownAddressesAreAnsweredAlike(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.Register("user")
	known := login(service, person.Email, wrong).Fails(http.StatusUnauthorized, "INVALID_CREDENTIALS")
	unknown := login(service, "nobody@example.com", wrong).Fails(http.StatusUnauthorized, "INVALID_CREDENTIALS")
	id := regexp.MustCompile(`"[^"]*"}}$`)
	assert.Equal(t, id.ReplaceAllString(known.Text, ""), id.ReplaceAllString(unknown.Text, ""))
	assert.Equal(t, known.Header.Get("WWW-Authenticate"), unknown.Header.Get("WWW-Authenticate"))
	assert.Regexp(t, "^Bearer", known.Header.Get("WWW-Authenticate"))
}

func TestAnUnknownAddressTakesAsLong(t *testing.T) {
	service := apitest.Start(t, map[string]string{"LOCKOUT_ATTEMPTS": "1000"})
	emails := []string{service.Register("user").Email, "nobody@example.com"}
	// Work, not time: what else the machine does makes answers slower.
	least := []time.Duration{time.Hour, time.Hour}
	for range 7 {
		for at, email := range emails {
			before := worked(t)
			login(service, email, wrong).Is(http.StatusUnauthorized)
			least[at] = min(least[at], worked(t)-before)
		}
	}
	assert.Greater(t, least[1], least[0]/2)
}

// worked is the processor time that this process has used.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func TestAnAddressIsLockedAfterFiveFailures(t *testing.T) {
	service := apitest.Start(t, nil)
	for status, email := range map[int]string{http.StatusOK: service.Register("user").Email, http.StatusUnauthorized: "nobody@example.com"} {
		for range 5 {
			login(service, email, wrong).Fails(http.StatusUnauthorized, "INVALID_CREDENTIALS")
		}
		for _, tried := range []string{wrong, password} {
			locked := login(service, email, tried).Fails(http.StatusTooManyRequests, "ACCOUNT_LOCKED")
			var seconds int
			_, err := fmt.Sscan(locked.Header.Get("Retry-After"), &seconds)
			require.NoError(t, err)
			assert.InDelta(t, 895, seconds, 5)
		}
		login(service, "another@example.com", password).Is(http.StatusUnauthorized)
		// Long after.
		runf(t, service, "UPDATE login_failures SET at = %v", database.StoreTime(time.Now().Add(-year)))
		login(service, email, password).Is(status)
	}
}

func TestNoGuessesSlipThroughThatAreMadeAtOnce(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.Register("user")
	statuses := atOnce(9, func(int) *apitest.Answer { return login(service, person.Email, wrong) })
	assert.Equal(t, []int{401, 401, 401, 401, 401, 429, 429, 429, 429}, statuses)
}

func TestALoginForgetsFailures(t *testing.T) {
	service := apitest.Start(t, map[string]string{"LOCKOUT_ATTEMPTS": "2"})
	person := service.Register("user")
	for range 2 {
		login(service, person.Email, wrong).Is(http.StatusUnauthorized)
		login(service, person.Email, password).Is(http.StatusOK)
	}
}

func TestDeactivatedUsersAreNobody(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	runf(t, service, "UPDATE users SET active = %v", database.StoreBool(false))
	login(service, person.Email, password).Fails(http.StatusUnauthorized, "INVALID_CREDENTIALS")
	// What he had open ends with the next request.
	person.Get("/auth/me").Fails(http.StatusUnauthorized, "UNAUTHORIZED")
	refresh(service, person.RefreshToken).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
	service.Post("/auth/password-reset", object{"email": person.Email}).Is(http.StatusAccepted)
	assert.Positive(t, service.RunJobs())
	assert.Empty(t, service.Mails())
}

func TestLimitsOfAuthCountByAddress(t *testing.T) {
	service := apitest.Start(t, map[string]string{"AUTH_RATE_LIMIT_PER_MINUTE": "3"})
	limited := 0
	// More than two minutes hold, as one may end meanwhile.
	for range 7 {
		if answer := refresh(service, "x"); answer.Status == http.StatusTooManyRequests {
			answer.Fails(http.StatusTooManyRequests, "RATE_LIMITED")
			limited++
		}
	}
	assert.Positive(t, limited)
	assert.LessOrEqual(t, limited, 4)
}

func TestLimitsCountUsersApartAndBadTokensByAddress(t *testing.T) {
	service := apitest.Start(t, map[string]string{"RATE_LIMIT_PER_MINUTE": "1"})
	ada, bob := service.LogIn("user"), service.LogIn("user")
	bad := service.With("Authorization", "Bearer bad")
	if left := 60 - time.Now().Second(); left < 5 {
		time.Sleep(time.Duration(left) * time.Second)
	}
	var limited []bool
	for _, asking := range []*apitest.Service{ada.Service, ada.Service, bob.Service, bad, bad, service} {
		limited = append(limited, asking.Get("/users/x").Status == http.StatusTooManyRequests)
	}
	assert.Equal(t, []bool{false, true, false, false, true, true}, limited)
}

func TestASessionGoesOnWithAnotherRefreshToken(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	pair := refresh(service, person.RefreshToken).Is(http.StatusOK)
	assert.NotEqual(t, person.RefreshToken, refreshOf(pair))
	assert.Equal(t, http.StatusOK, me(service, accessOf(pair)))
}

func TestAReplayEndsTheWholeSession(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	another := login(service, person.Email, password).Is(http.StatusOK)
	pair := refresh(service, person.RefreshToken).Is(http.StatusOK)
	refresh(service, person.RefreshToken).Fails(http.StatusUnauthorized, "UNAUTHORIZED")
	assert.Equal(t, http.StatusUnauthorized, me(service, accessOf(pair)))
	person.Get("/auth/me").Is(http.StatusUnauthorized)
	refresh(service, refreshOf(pair)).Is(http.StatusUnauthorized)
	// Another session of the same user lives on.
	assert.Equal(t, http.StatusOK, me(service, accessOf(another)))
}

func TestOneOfSeveralRefreshesAtOnceSucceeds(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	statuses := atOnce(5, func(int) *apitest.Answer { return refresh(service, person.RefreshToken) })
	assert.Subset(t, []int{200, 401}, statuses)
	assert.Equal(t, []int{401, 401, 401, 401}, statuses[1:])
}

func TestAnOldRefreshTokenSaysSo(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	runf(t, service, "UPDATE refresh_tokens SET expires_at = %v", database.StoreTime(time.Now()))
	refresh(service, person.RefreshToken).Fails(http.StatusUnauthorized, "TOKEN_EXPIRED")
}

func TestALogoutEndsTheSession(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	for _, token := range []string{person.RefreshToken, person.RefreshToken, "unknown", ""} {
		assert.Empty(t, logout(service, token).Is(http.StatusNoContent).Text)
	}
	person.Get("/auth/me").Is(http.StatusUnauthorized)
	refresh(service, person.RefreshToken).Is(http.StatusUnauthorized)
	// Also where nobody need log in: with a dead token a caller is not simply anonymous.
	logout(person.Service, "unknown").Is(http.StatusUnauthorized)
}

func TestTokensAreKeptByTheirHashes(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	kept := texts(t, service, "token_hash", "refresh_tokens")
	require.Len(t, kept, 1)
	assert.Regexp(t, "^[0-9a-f]{64}$", kept[0])
	assert.NotContains(t, kept[0], person.RefreshToken)
}

func TestLivingSessionsAreKeptWhenTheOthersAreCleanedUp(t *testing.T) {
	service := apitest.Start(t, nil)
	alive, dead, idle := service.LogIn("user"), service.LogIn("user"), service.LogIn("user")
	long := database.StoreTime(time.Now().Add(-year))
	runf(t, service, "UPDATE sessions SET created_at = %v", long)
	runf(t, service, "UPDATE sessions SET revoked_at = %v WHERE user_id = %v", long, database.StoreUUID(dead.ID))
	runf(t, service, "UPDATE refresh_tokens SET expires_at = %v WHERE session_id IN (SELECT id FROM sessions WHERE user_id = %v)",
		long, database.StoreUUID(idle.ID))
	login(service, "nobody@example.com", wrong)
	runf(t, service, "UPDATE login_failures SET at = %v", long)
	require.NoError(t, auth.ForgetDeadCredentials(t.Context(), service.DB, service.Settings.Auth))
	refresh(service, alive.RefreshToken).Is(http.StatusOK)
	assert.Equal(t, []string{alive.ID.String()}, texts(t, service, "user_id", "sessions"))
	assert.Empty(t, texts(t, service, "email", "login_failures"))
}

func TestACallerWithoutAGoodHeaderIsRefused(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	_, token, _ := strings.Cut(person.Headers["Authorization"], " ")
	for _, header := range []string{"Bearer", "Bearer ", "Basic YTpi", "x", "Token " + token, ""} {
		asking := service.With("Authorization", header)
		answer := asking.Get("/auth/me").Fails(http.StatusUnauthorized, "UNAUTHORIZED")
		assert.Equal(t, `Bearer error="invalid_token"`, answer.Header.Get("WWW-Authenticate"), header)
		// Also on public routes.
		logout(asking, "x").Is(http.StatusUnauthorized)
	}
	service.With("Authorization", "bearer  "+token).Get("/auth/me").Is(http.StatusOK)
	answer := service.Get("/auth/me").Fails(http.StatusUnauthorized, "UNAUTHORIZED")
	assert.Equal(t, "Bearer", answer.Header.Get("WWW-Authenticate"))
}

func TestAChangedPasswordEndsOtherSessions(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	another := login(service, person.Email, password).Is(http.StatusOK)
	change(person.Service, password, other).Is(http.StatusNoContent)
	person.Get("/auth/me").Is(http.StatusOK)
	assert.Equal(t, http.StatusUnauthorized, me(service, accessOf(another)))
	refresh(service, refreshOf(another)).Is(http.StatusUnauthorized)
	login(service, person.Email, password).Is(http.StatusUnauthorized)
	login(service, person.Email, other).Is(http.StatusOK)
}

func TestAPasswordChangesOnlyWithTheCurrentOne(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	change(person.Service, wrong, "weak").Fails(http.StatusUnauthorized, "INVALID_CREDENTIALS")
	faults := change(person.Service, password, "weak").Fails(http.StatusBadRequest, "VALIDATION_ERROR").Faults()
	assert.Equal(t, map[string]string{naming.JSON("new_password"): "min"}, faults)
	change(service, password, "weak").Fails(http.StatusUnauthorized, "UNAUTHORIZED")
}

// askReset asks for a reset and reads the token out of the mail.
func askReset(t *testing.T, service *apitest.Service, email string) string {
	t.Helper()
	service.Post("/auth/password-reset", object{"email": email}).Is(http.StatusAccepted)
	service.RunJobs()
	mails := service.Mails()
	require.NotEmpty(t, mails)
	found := regexp.MustCompile(`http://127\.0\.0\.1:8000/reset-password\?token=(\S+)`).FindStringSubmatch(mails[len(mails)-1].Text)
	require.NotNil(t, found)
	return found[1]
}

func TestAMailedTokenResetsAPasswordOnce(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.LogIn("user")
	token := askReset(t, service, person.Email)
	assert.NotContains(t, texts(t, service, "token_hash", "password_resets"), token)
	assert.Equal(t, map[string]string{naming.JSON("new_password"): "min"}, confirm(service, token, "weak").Faults())
	confirm(service, token, other).Is(http.StatusNoContent)
	assert.Equal(t, map[string]string{"token": "reference"}, confirm(service, token, other).Faults())
	person.Get("/auth/me").Is(http.StatusUnauthorized)
	login(service, person.Email, password).Is(http.StatusUnauthorized)
	login(service, person.Email, other).Is(http.StatusOK)
}

func TestANewPasswordEndsEveryMailedLink(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.Register("user")
	first := askReset(t, service, person.Email)
	second := askReset(t, service, person.Email)
	confirm(service, second, other).Is(http.StatusNoContent)
	assert.Equal(t, map[string]string{"token": "reference"}, confirm(service, first, password).Faults())
}

func TestATokenThatIsNoGoodIsTold(t *testing.T) {
	service := apitest.Start(t, nil)
	dead := map[string]string{"token": "reference", naming.JSON("new_password"): "min"}
	assert.Equal(t, dead, confirm(service, "unknown", "weak").Fails(http.StatusBadRequest, "VALIDATION_ERROR").Faults())
	token := askReset(t, service, service.Register("user").Email)
	runf(t, service, "UPDATE password_resets SET expires_at = %v", database.StoreTime(time.Now()))
	assert.Equal(t, map[string]string{"token": "reference"}, confirm(service, token, other).Faults())
}

func TestOneOfSeveralConfirmationsAtOnceSucceeds(t *testing.T) {
	service := apitest.Start(t, nil)
	token := askReset(t, service, service.Register("user").Email)
	statuses := atOnce(4, func(int) *apitest.Answer { return confirm(service, token, other) })
	assert.Equal(t, []int{204, 400, 400, 400}, statuses)
}

func TestUnknownAddressesGetTheSameAnswerAndNoMail(t *testing.T) {
	service := apitest.Start(t, nil)
	person := service.Register("user")
	for _, email := range []string{person.Email, "nobody@example.com"} {
		answer := service.Post("/auth/password-reset", object{"email": email}).Is(http.StatusAccepted)
		assert.Empty(t, answer.Text)
	}
	assert.Equal(t, 2, service.RunJobs())
	mails := service.Mails()
	require.Len(t, mails, 1)
	assert.Equal(t, person.Email, mails[0].To)
}
