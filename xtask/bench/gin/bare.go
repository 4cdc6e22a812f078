//go:build ignore

// A bare Gin service over the tables of the measured one, as tutorials write it.
//
// It does the same queries and gives the same rows, and has nothing around them: no log, no metrics, no limits, no headers, no
// request ids, no ETags. `bare` serves it, `bare 1000` fills the table of products.
package main

import (
	"context"
	"database/sql"
	"errors"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/shopspring/decimal"
)

type input struct {
	Name        string          `json:"name" binding:"required,min=2,max=100"`
	Price       decimal.Decimal `json:"price" binding:"required"`
	Category    string          `json:"category" binding:"required,oneof=book toy game"`
	Description *string         `json:"description" binding:"omitempty,max=500"`
	InStock     *bool           `json:"inStock"`
}

type offer struct {
	ID          uuid.UUID       `json:"id"`
	Name        string          `json:"name"`
	Price       decimal.Decimal `json:"price"`
	Category    string          `json:"category"`
	Description *string         `json:"description"`
	InStock     bool            `json:"inStock"`
	CreatedAt   time.Time       `json:"createdAt"`
	UpdatedAt   time.Time       `json:"updatedAt"`
	Version     int             `json:"version"`
}

type product struct {
	offer
	OwnerID *uuid.UUID `json:"ownerId"`
}

type page struct {
	Items  []product `json:"items"`
	Total  int       `json:"total"`
	Limit  int       `json:"limit"`
	Offset int       `json:"offset"`
}

const (
	offerColumns   = "id, name, price, category, description, in_stock, created_at, updated_at, version"
	productColumns = offerColumns + ", owner_id"
)

func (o *offer) places() []any {
	return []any{&o.ID, &o.Name, &o.Price, &o.Category, &o.Description, &o.InStock, &o.CreatedAt, &o.UpdatedAt, &o.Version}
}

func (p *product) places() []any {
	return append(p.offer.places(), &p.OwnerID)
}

// values are what an INSERT sends: a pointer to a pointer that is nil is no value to pgx.
func (p *product) values() []any {
	return append(p.offer.places(), p.OwnerID)
}

type server struct{ db *sql.DB }

func main() {
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(10)
	db.SetMaxIdleConns(10)
	s := server{db: db}
	if len(os.Args) > 1 {
		count, err := strconv.Atoi(os.Args[1])
		if err != nil {
			log.Fatal(err)
		}
		if err := s.fill(count); err != nil {
			log.Fatal(err)
		}
		return
	}
	gin.SetMode(gin.ReleaseMode)
	router := gin.New()
	router.GET("/api/v1/products/:id", s.read)
	router.GET("/api/v1/products", s.list)
	router.POST("/api/v1/offers", s.createOffer)
	router.POST("/api/v1/products", s.authenticate, s.createProduct)
	log.Fatal(router.Run("127.0.0.1:" + os.Getenv("PORT")))
}

// authenticate finds the user of a token, if his session is alive: the query of the measured service.
func (s server) authenticate(c *gin.Context) {
	token := strings.TrimPrefix(c.GetHeader("Authorization"), "Bearer ")
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) {
		return []byte(os.Getenv("JWT_SECRET")), nil
	}, jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience("bench"))
	if err != nil {
		c.AbortWithStatus(http.StatusUnauthorized)
		return
	}
	var user uuid.UUID
	var role string
	err = s.db.QueryRowContext(c.Request.Context(),
		`SELECT users.id, users.role FROM users JOIN sessions ON sessions.user_id = users.id
		WHERE users.id = $1 AND users.active = true AND sessions.id = $2 AND sessions.revoked_at IS NULL`,
		claims["sub"], claims["sid"]).Scan(&user, &role)
	if err != nil {
		c.AbortWithStatus(http.StatusUnauthorized)
		return
	}
	c.Set("user", user)
}

func (s server) read(c *gin.Context) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		c.Status(http.StatusNotFound)
		return
	}
	var row product
	err = s.db.QueryRowContext(c.Request.Context(), "SELECT "+productColumns+" FROM products WHERE id = $1", id).Scan(row.places()...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		c.Status(http.StatusNotFound)
	case err != nil:
		c.Status(http.StatusInternalServerError)
	default:
		c.JSON(http.StatusOK, row)
	}
}

func (s server) list(c *gin.Context) {
	query := struct {
		Limit  int `form:"limit,default=20"`
		Offset int `form:"offset,default=0"`
	}{}
	if err := c.ShouldBindQuery(&query); err != nil {
		c.Status(http.StatusBadRequest)
		return
	}
	found := page{Items: []product{}, Limit: query.Limit, Offset: query.Offset}
	ctx := c.Request.Context()
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM products").Scan(&found.Total); err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	rows, err := s.db.QueryContext(ctx, "SELECT "+productColumns+" FROM products ORDER BY id LIMIT $1 OFFSET $2", query.Limit, query.Offset)
	if err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var row product
		if err := rows.Scan(row.places()...); err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		found.Items = append(found.Items, row)
	}
	if rows.Err() != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	c.JSON(http.StatusOK, found)
}

func (s server) createOffer(c *gin.Context) {
	var body input
	if err := c.ShouldBindJSON(&body); err != nil {
		c.Status(http.StatusBadRequest)
		return
	}
	row := body.row()
	if err := s.insert(c.Request.Context(), "offers", offerColumns, "$1, $2, $3, $4, $5, $6, $7, $8, $9", row.places(), row.places()); err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	c.JSON(http.StatusCreated, row)
}

func (s server) createProduct(c *gin.Context) {
	var body input
	if err := c.ShouldBindJSON(&body); err != nil {
		c.Status(http.StatusBadRequest)
		return
	}
	owner := c.MustGet("user").(uuid.UUID)
	row := product{offer: body.row(), OwnerID: &owner}
	if err := s.insert(c.Request.Context(), "products", productColumns, "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10", row.values(), row.places()); err != nil {
		c.Status(http.StatusInternalServerError)
		return
	}
	c.JSON(http.StatusCreated, row)
}

// insert writes a row in a transaction and reads it back.
func (s server) insert(ctx context.Context, table, columns, marks string, values, places []any) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	query := "INSERT INTO " + table + " (" + columns + ") VALUES (" + marks + ") RETURNING " + columns
	if err := tx.QueryRowContext(ctx, query, values...).Scan(places...); err != nil {
		return err
	}
	return tx.Commit()
}

func (body input) row() offer {
	now := time.Now().UTC().Truncate(time.Millisecond)
	inStock := body.InStock == nil || *body.InStock
	return offer{
		ID: uuid.Must(uuid.NewV7()), Name: body.Name, Price: body.Price, Category: body.Category, Description: body.Description,
		InStock: inStock, CreatedAt: now, UpdatedAt: now, Version: 1,
	}
}

func (s server) fill(count int) error {
	text := "A crime story on rails."
	body := input{Name: "The Night Train", Price: decimal.RequireFromString("12.50"), Category: "book", Description: &text}
	for range count {
		row := product{offer: body.row()}
		if err := s.insert(context.Background(), "products", productColumns, "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10", row.values(), row.places()); err != nil {
			return err
		}
	}
	return nil
}
