package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"example.com/service/internal/config"
)

// client is the address of a client, and whether the request came by https.
type client struct {
	address string
	https   bool
}

// clientOf tells who sent a request, believing `X-Forwarded-*` only from trusted proxies.
//
// The list in `X-Forwarded-For` is read from its end: each proxy adds the address that it saw, so the
// first one that is no trusted proxy is the client; what stands before it is hearsay.
func clientOf(request *http.Request, trusted config.Networks) client {
	host, _, err := net.SplitHostPort(request.RemoteAddr)
	if err != nil {
		host = request.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return client{address: "unknown"}
	}
	address = address.Unmap()
	if !trusted.Contains(address) {
		return client{address: address.String()}
	}
	proto := strings.ToLower(strings.TrimSpace(strings.Join(request.Header.Values("X-Forwarded-Proto"), ",")))
	hops := strings.Split(strings.Join(request.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if hop = strings.TrimSpace(hop); hop == "" {
			continue
		}
		before, err := netip.ParseAddr(hop)
		if err != nil {
			break
		}
		address = before.Unmap()
		if !trusted.Contains(address) {
			break
		}
	}
	return client{address: address.String(), https: proto == "https"}
}
