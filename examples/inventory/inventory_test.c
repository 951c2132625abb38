// Passes before and after the refactoring: same results, same locking, in the same order.
#include <stdio.h>
#include <string.h>

#include "stock.h"

void watchdog_drill(struct shelf* s);

static int failures;

static void expect(int good, const char* what) {
  if (!good) {
    printf("FAILED: %s (trace: %s)\n", what, trace_text());
    ++failures;
  }
}

static void expect_trace(const char* wanted) {
  expect(strcmp(trace_text(), wanted) == 0, wanted);
  trace_clear();
}

int main(void) {
  struct shelf a = {.id = 1, .mu = PTHREAD_MUTEX_INITIALIZER};
  struct shelf b = {.id = 2, .mu = PTHREAD_MUTEX_INITIALIZER};
  expect(stock_receive(&a, 0) == -1, "nothing to receive");
  expect_trace("");
  expect(stock_receive(&a, 5) == 0, "receive");
  expect(stock_reserve(&a, 6) == -1, "reserve more than there is");
  expect(stock_reserve(&a, 3) == 0, "reserve");
  expect_trace("+1 -1 +1 -1 +1 -1 ");
  expect(shelf_available(&a) == 2, "available");
  expect(stock_ship(&a, 4) == -1, "ship more than reserved");
  expect(stock_ship(&a, 3) == 0, "ship");
  expect_trace("+1 -1 +1 -1 +1 -1 ");
  expect(stock_move(&b, &a, 1) == -1, "move from an empty shelf");
  expect(stock_move(&a, &b, 1) == 0, "move");
  expect_trace("+1 +2 -2 -1 +1 +2 -2 -1 ");
  watchdog_drill(&b);
  expect_trace("+2 -2 ");
  for (struct shelf* s = &a; s; s = s == &a ? &b : NULL) {
    expect(s->holder == NULL, "nobody holds it in the end");
    expect(!stock_is_busy(s), "it is free in the end");
  }
  if (failures == 0) puts("inventory: all good");
  return failures != 0;
}
