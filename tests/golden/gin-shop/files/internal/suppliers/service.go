package suppliers

import (
	"context"
	"log/slog"

	"example.com/shop/internal/resource"
)

// Service is the use cases of suppliers.
type Service struct {
	log  *slog.Logger
	rows *resource.Repository[Supplier]
}

// NewService makes the use cases of suppliers.
func NewService(log *slog.Logger, rows *resource.Repository[Supplier]) *Service {
	return &Service{log: log, rows: rows}
}

// List finds the suppliers that the caller sees.
func (s *Service) List(ctx context.Context, call *resource.Call) (resource.Answer, error) {
	return s.rows.List(ctx, call)
}

// Read finds one supplier.
func (s *Service) Read(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.Read(ctx, call, id)
}

// Create stores a new supplier.
func (s *Service) Create(ctx context.Context, call *resource.Call, body any) (resource.Answer, error) {
	return s.rows.Create(ctx, call, body)
}

// Replace stores a supplier as it was sent, whole.
func (s *Service) Replace(ctx context.Context, call *resource.Call, id string, body any) (resource.Answer, error) {
	return s.rows.Replace(ctx, call, id, body)
}

// Update stores some fields of a supplier.
func (s *Service) Update(ctx context.Context, call *resource.Call, id string, body any) (resource.Answer, error) {
	return s.rows.Patch(ctx, call, id, body)
}

// Delete deletes a supplier.
func (s *Service) Delete(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.Delete(ctx, call, id)
}
