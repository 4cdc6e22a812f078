module example.com/golock

go 1.26
