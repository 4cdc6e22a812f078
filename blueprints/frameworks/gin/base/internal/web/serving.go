package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	headerPatience = 10 * time.Second
	bodyPatience   = 5 * time.Minute
	idlePatience   = 60 * time.Second
	// Filters and searches that the contract allows are long once escaped.
	maxHeaderBytes = 256 * 1024
)

// Serve listens at a port until the context ends; then it takes nothing new and lets what runs finish,
// for as long as it is patient.
func Serve(ctx context.Context, log *slog.Logger, handler http.Handler, host string, port int, patience time.Duration) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerPatience,
		ReadTimeout:       bodyPatience,
		IdleTimeout:       idlePatience,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	log.InfoContext(ctx, "listening", "host", host, "port", port)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	late, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	if err := server.Shutdown(late); errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	} else if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
