package background

import (
	"context"
	"fmt"
)

// Chore removes something that nobody needs any more.
type Chore func(ctx context.Context) error

// CleanUp is the job that does these chores every hour.
func CleanUp(chores ...Chore) Job {
	kind := NewKind[struct{}]("clean_up").On(Low).Every("0 * * * *")
	return kind.Does(func(ctx context.Context, _ Attempt, _ struct{}) error {
		for _, chore := range chores {
			if err := chore(ctx); err != nil {
				return fmt.Errorf("clean up: %w", err)
			}
		}
		return nil
	})
}
