package products

import (
	"context"
	"log/slog"

	"example.com/shop/internal/resource"
)

// Service is the use cases of products.
type Service struct {
	log  *slog.Logger
	rows *resource.Repository[Product]
}

// NewService makes the use cases of products.
func NewService(log *slog.Logger, rows *resource.Repository[Product]) *Service {
	return &Service{log: log, rows: rows}
}

// List finds the products that the caller sees.
func (s *Service) List(ctx context.Context, call *resource.Call) (resource.Answer, error) {
	return s.rows.List(ctx, call)
}

// Read finds one product.
func (s *Service) Read(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.Read(ctx, call, id)
}

// Create stores a new product.
func (s *Service) Create(ctx context.Context, call *resource.Call, body any) (resource.Answer, error) {
	return s.rows.Create(ctx, call, body)
}

// Replace stores a product as it was sent, whole.
func (s *Service) Replace(ctx context.Context, call *resource.Call, id string, body any) (resource.Answer, error) {
	return s.rows.Replace(ctx, call, id, body)
}

// Update stores some fields of a product.
func (s *Service) Update(ctx context.Context, call *resource.Call, id string, body any) (resource.Answer, error) {
	return s.rows.Patch(ctx, call, id, body)
}

// Delete deletes a product.
func (s *Service) Delete(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.Delete(ctx, call, id)
}

// Restore brings a deleted product back.
func (s *Service) Restore(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.Restore(ctx, call, id)
}

// Audit finds who changed a product.
func (s *Service) Audit(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.Audit(ctx, call, id)
}

// ListBySupplierID finds the products of a supplier.
func (s *Service) ListBySupplierID(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.ListOf(ctx, call, "supplier_id", id)
}

// ListTags finds the tags of a product.
func (s *Service) ListTags(ctx context.Context, call *resource.Call, id string) (resource.Answer, error) {
	return s.rows.ListLinked(ctx, call, "tag_ids", id)
}

// LinkTag links a product to a tag.
func (s *Service) LinkTag(ctx context.Context, call *resource.Call, id, other string) (resource.Answer, error) {
	return s.rows.Link(ctx, call, id, "tag_ids", other)
}

// UnlinkTag takes a link of a product to a tag away.
func (s *Service) UnlinkTag(ctx context.Context, call *resource.Call, id, other string) (resource.Answer, error) {
	return s.rows.Unlink(ctx, call, id, "tag_ids", other)
}
