module github.com/hooks-cli/hooks/bench

go 1.26.0
