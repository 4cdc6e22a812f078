package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/service/internal/project"
)

const (
	largest     = 1<<31 - 1
	largestPort = 65_535
)

var digits = regexp.MustCompile(`^[0-9]+$`)

// Count is a whole number that may be 0.
type Count int

// UnmarshalText reads a variable.
func (c *Count) UnmarshalText(text []byte) error {
	value, err := whole(text, 0, largest)
	*c = Count(value)
	return err
}

// Positive is a whole number from 1.
type Positive int

// UnmarshalText reads a variable.
func (p *Positive) UnmarshalText(text []byte) error {
	value, err := whole(text, 1, largest)
	*p = Positive(value)
	return err
}

// Port is a port; 0 is any that is free.
type Port int

// UnmarshalText reads a variable.
func (p *Port) UnmarshalText(text []byte) error {
	value, err := whole(text, 0, largestPort)
	*p = Port(value)
	return err
}

func whole(text []byte, least, most int) (int, error) {
	value, err := strconv.Atoi(string(text))
	if err != nil || !digits.Match(text) || value < least || value > most {
		return 0, fmt.Errorf("must be a whole number from %d to %d", least, most)
	}
	return value, nil
}

// Environment is where the service runs.
type Environment string

// The environments.
const (
	Development Environment = "development"
	Test        Environment = "test"
	Production  Environment = "production"
)

// UnmarshalText reads a variable.
func (e *Environment) UnmarshalText(text []byte) error {
	*e = Environment(text)
	return oneOf(*e, Development, Test, Production)
}

// LogLevel is how grave something must be to be logged.
type LogLevel string

// UnmarshalText reads a variable.
func (l *LogLevel) UnmarshalText(text []byte) error {
	*l = LogLevel(text)
	return oneOf(*l, "debug", "info", "warning", "error")
}

// Level is the level as the log knows it.
func (l LogLevel) Level() slog.Level {
	switch l {
	case "debug":
		return slog.LevelDebug
	case "warning":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

func oneOf[T ~string](value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	quoted := make([]string, len(allowed))
	for at, each := range allowed {
		quoted[at] = strconv.Quote(string(each))
	}
	return fmt.Errorf("Invalid option: expected one of %s", strings.Join(quoted, "|")) //nolint:staticcheck // the text of every service
}

// DatabaseURL says where the database is; it may hold a password.
type DatabaseURL string

// UnmarshalText reads a variable.
func (d *DatabaseURL) UnmarshalText(text []byte) error {
	*d = DatabaseURL(text)
	modes := []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
	if !isDatabaseURL(string(text)) || !hasMode(string(text), modes) {
		return fmt.Errorf("must be a URL like %s; sslmode is one of %s", project.DefaultDatabaseURL, strings.Join(modes, ", "))
	}
	return nil
}

func hasMode(text string, modes []string) bool {
	parsed, err := url.Parse(text)
	if err != nil || !parsed.Query().Has("sslmode") {
		return true
	}
	return slices.Contains(modes, parsed.Query().Get("sslmode"))
}

// Networks are addresses and networks.
type Networks struct {
	prefixes []netip.Prefix
}

// UnmarshalText reads a variable.
func (n *Networks) UnmarshalText(text []byte) error {
	n.prefixes = nil
	for _, part := range parts(string(text)) {
		prefix, err := network(part)
		if err != nil {
			return fmt.Errorf("%s is no address or network", part)
		}
		n.prefixes = append(n.prefixes, prefix)
	}
	return nil
}

func network(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, errors.New("no address")
	}
	return netip.PrefixFrom(address, address.BitLen()), nil
}

// Contains tells whether an address is in one of the networks.
func (n Networks) Contains(address netip.Addr) bool {
	address = address.Unmap()
	return slices.ContainsFunc(n.prefixes, func(prefix netip.Prefix) bool { return prefix.Contains(address) })
}

// Origins are those that browsers may call from.
type Origins []string

// UnmarshalText reads a variable.
func (o *Origins) UnmarshalText(text []byte) error {
	*o = parts(string(text))
	for _, each := range *o {
		if !isOrigin(each) {
			return errors.New("must be origins such as https://shop.example, without a path")
		}
	}
	return nil
}

// A port that a scheme has anyway is none of an origin.
var usualPorts = map[string]string{"http": "80", "https": "443"}

func isOrigin(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" || usualPorts[parsed.Scheme] == "" {
		return false
	}
	return parsed.Port() != usualPorts[parsed.Scheme] && text == strings.ToLower(parsed.Scheme+"://"+parsed.Host)
}

func parts(text string) []string {
	var found []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			found = append(found, part)
		}
	}
	return found
}

// Secret is a text that is shown nowhere.
type Secret string

// String hides the secret.
func (Secret) String() string {
	return "***"
}

// GoString hides the secret.
func (Secret) GoString() string {
	return "***"
}

// LogValue hides the secret.
func (Secret) LogValue() slog.Value {
	return slog.StringValue("***")
}

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) {
	return []byte("***"), nil
}

// Reveal is the secret itself.
func (s Secret) Reveal() string {
	return string(s)
}

var webURL = regexp.MustCompile(`^https?://[^/?#\s]+\S*$`)

// IsWebURL tells whether a text is an address of http or https.
func IsWebURL(text string) bool {
	_, err := url.Parse(text)
	return err == nil && webURL.MatchString(text)
}

// ValidPort tells whether something can be reached at the port of a URL; none is that of the scheme.
func ValidPort(port string) bool {
	if port == "" {
		return true
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && number > 0
}
