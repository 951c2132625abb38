module standstill/bench

go 1.19
