package webhooks

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

const (
	secret = "only-for-tests-0123456789"
	body   = `{"id": "evt_1", "type": "payment.succeeded"}`
	// openssl dgst -sha256 -hmac of "1800000000." and the body.
	right  = "757a832a3e0e794d08f1a8d31ab726492e9746b612e390ee22e82dcb74825bc7"
	moment = 1_800_000_000
)

func counts(header, text string, away int64) bool {
	return IsSigned(header, []byte(text), secret, time.Unix(moment+away, 0), 5*time.Minute)
}

func rightHeader() string { return fmt.Sprintf("t=%d,v1=%s", moment, right) }

func TestTheSignatureIsThatOfOtherTools(t *testing.T) {
	assert.Equal(t, right, Signature(secret, "1800000000", []byte(body)))
	assert.True(t, counts(rightHeader(), body, 0))
}

func TestTheBodyIsSignedAsItWasSent(t *testing.T) {
	assert.False(t, counts(rightHeader(), body+"\n", 0))
	assert.False(t, counts(rightHeader(), strings.ReplaceAll(body, " ", ""), 0))
}

func TestAMomentFarFromNowDoesNotCount(t *testing.T) {
	for away, counted := range map[int64]bool{0: true, 300: true, 301: false, -300: true, -301: false} {
		assert.Equal(t, counted, counts(rightHeader(), body, away), away)
	}
}

func TestOneRightSignatureOfSeveralSuffices(t *testing.T) {
	assert.True(t, counts(fmt.Sprintf("t=%d,v1=%s,v0=x,v1=%s", moment, strings.Repeat("0", 64), right), body, 0))
	assert.True(t, counts(fmt.Sprintf("v1=%s, t=%d", right, moment), body, 0))
}

func TestAnythingElseDoesNotCount(t *testing.T) {
	at := fmt.Sprintf("t=%d", moment)
	for _, header := range []string{
		"",
		right,
		at,
		"v1=" + right,
		at + ",v0=" + right,
		at + ",v1=" + right[1:],
		at + ",v1=" + strings.ToUpper(right),
		at + ",v1=",
		at + ",v1=é",
		fmt.Sprintf("t=%d,v1=%s", moment+1, right),
		at + "," + at + ",v1=" + right,
		"t=,v1=" + right,
		"t=-1800000000,v1=" + right,
		at + ".0,v1=" + right,
		"t=" + strings.Repeat("9", 5000) + ",v1=" + right,
	} {
		assert.False(t, counts(header, body, 0), header)
	}
}
