#include <stddef.h>

#include "stock.h"

int stock_is_busy(struct shelf* s) {
  if (pthread_mutex_trylock(&s->mu) != 0) return 1;
  pthread_mutex_unlock(&s->mu);
  return 0;
}

// The steps are spelled out on purpose: this is what the operating manual points at.
void watchdog_drill(struct shelf* s) {
  // standstill: keep
  pthread_mutex_lock(&s->mu);
  s->holder = "drill";
  trace_event(TRACE_ENTER, s->id);
  // standstill: keep
  trace_event(TRACE_LEAVE, s->id);
  s->holder = NULL;
  pthread_mutex_unlock(&s->mu);
}
