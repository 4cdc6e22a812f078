package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var seconds = regexp.MustCompile(`^[0-9]{1,12}$`)

// IsSigned tells whether somebody who knows the secret has sent a body a moment ago: `t=SECONDS,v1=SIGNATURE`, as payment
// providers make it.
//
// The signature is the HMAC-SHA256 of `SECONDS.BODY`. It is made of the bytes that were sent: whoever decodes them first and
// writes them again may have other ones. While a secret is exchanged there are several: one that is right suffices.
func IsSigned(header string, body []byte, secret string, now time.Time, tolerance time.Duration) bool {
	var moments, signatures []string
	for part := range strings.SplitSeq(header, ",") {
		switch key, value, _ := strings.Cut(strings.TrimSpace(part), "="); key {
		case "t":
			moments = append(moments, value)
		case "v1":
			signatures = append(signatures, value)
		}
	}
	if len(moments) != 1 || !seconds.MatchString(moments[0]) {
		return false
	}
	sent, err := strconv.ParseInt(moments[0], 10, 64)
	if err != nil || now.Sub(time.Unix(sent, 0)).Abs() > tolerance {
		return false
	}
	wanted := []byte(Signature(secret, moments[0], body))
	// How long it takes to compare says nothing about what would be right.
	return slices.ContainsFunc(signatures, func(given string) bool { return hmac.Equal(wanted, []byte(given)) })
}

// Signature is that of a body that is sent at this second.
func Signature(secret, second string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	// Nothing can go wrong there.
	_, _ = mac.Write([]byte(second + "."))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
