// The program of this service: without arguments it serves.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"example.com/shop/internal/commands"
	"example.com/shop/internal/logging"
	"example.com/shop/internal/settings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	status := run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// run does a command, and returns the status of the program.
func run(ctx context.Context, arguments []string) int {
	name := "serve"
	if len(arguments) > 0 {
		name, arguments = arguments[0], arguments[1:]
	}
	if name == "health" {
		return statusOf(commands.Health(ctx))
	}
	command, known := all()[name]
	if !known {
		fmt.Fprintf(os.Stderr, "there is no command %s\n", name)
		return 1
	}
	set, err := settings.Load()
	if err != nil {
		return statusOf(err)
	}
	log := logging.New(os.Stdout, set.Core.LogLevel)
	return statusOf(command(ctx, &commands.Env{Log: log, Settings: set, Out: os.Stdout}, arguments))
}

func statusOf(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func all() map[string]commands.Command {
	return map[string]commands.Command{
		"serve":        commands.Serve,
		"migrate":      commands.Migrate,
		"seed":         commands.Seed,
		"explain":      commands.Explain,
		"jobs":         commands.FailedJobs,
		"create-admin": commands.CreateAdmin,
	}
}
