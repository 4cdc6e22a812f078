package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"example.com/service/internal/settings"
	"example.com/service/internal/web"
)

// Serve answers requests and does what runs beside them until the context ends; then it takes
// nothing new and finishes what runs.
func (a *App) Serve(ctx context.Context, all *settings.Settings) error {
	patience := time.Duration(all.Core.DrainSeconds) * time.Second
	working, stopWork := context.WithCancel(ctx)
	defer stopWork()
	var beside sync.WaitGroup
	beside.Go(func() { a.Work.Run(working) })
	err := web.Serve(ctx, a.log, a.Handler, all.Core.Host, int(all.Core.Port), patience)
	stopWork()
	// A job that is not done by then is run again, by whoever finds its lease ended.
	awaitAtMost(&beside, patience)
	closing := a.Close(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	if closing != nil {
		return fmt.Errorf("close: %w", closing)
	}
	a.log.InfoContext(ctx, "stopped")
	return nil
}

func awaitAtMost(group *sync.WaitGroup, patience time.Duration) {
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(patience):
	}
}
