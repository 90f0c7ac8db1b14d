package transport

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// AllowedHost reports whether a Host header names this server. Names other
// than the configured ones are refused, so that a name that an attacker points
// at a loopback address gets nothing; an IP address cannot be pointed
// elsewhere.
func (h *Handler) AllowedHost(host string) bool {
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || net.ParseIP(name) != nil {
		return true
	}
	return slices.ContainsFunc(h.opts.Hosts, func(s string) bool { return strings.EqualFold(s, name) })
}

// allowedOrigin reports whether a WebSocket was opened by a page of this
// server. Clients that are no browsers send no origin.
func (h *Handler) allowedOrigin(r *http.Request, who identity) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if origin == "null" {
		return who.trusted
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.EqualFold(u.Host, r.Host)
}

func peer(addr string) (host string, port int) {
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		return addr, 0
	}
	port, _ = strconv.Atoi(p)
	return host, port
}
