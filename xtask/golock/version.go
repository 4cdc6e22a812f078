package main

import (
	"cmp"
	"strconv"
	"strings"
)

// compare tells which of two versions of a module is newer; none is older than every other.
func compare(a, b string) int {
	if a == "" || b == "" {
		return cmp.Compare(len(a), len(b))
	}
	a, _, _ = strings.Cut(strings.TrimPrefix(a, "v"), "+")
	b, _, _ = strings.Cut(strings.TrimPrefix(b, "v"), "+")
	a, before, preA := strings.Cut(a, "-")
	b, beforeB, preB := strings.Cut(b, "-")
	if order := parts(a, b); order != 0 {
		return order
	}
	if preA != preB {
		if preA {
			return -1
		}
		return 1
	}
	return parts(before, beforeB)
}

func parts(a, b string) int {
	left, right := strings.Split(a, "."), strings.Split(b, ".")
	for at := 0; at < len(left) && at < len(right); at++ {
		x, errX := strconv.ParseUint(left[at], 10, 64)
		y, errY := strconv.ParseUint(right[at], 10, 64)
		order := 0
		switch {
		case errX == nil && errY == nil:
			order = cmp.Compare(x, y)
		case errX == nil:
			order = -1
		case errY == nil:
			order = 1
		default:
			order = cmp.Compare(left[at], right[at])
		}
		if order != 0 {
			return order
		}
	}
	return cmp.Compare(len(left), len(right))
}
