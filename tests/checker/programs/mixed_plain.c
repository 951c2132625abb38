// Built without instrumentation: a data race in here is not seen.
void bump(int* counter) { ++*counter; }
