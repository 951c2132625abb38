#include <stddef.h>

#include "stock.h"

// Two ways out, and each gives the shelf back.
int stock_reserve(struct shelf* s, int count) {
  pthread_mutex_lock(&s->mu);
  s->holder = "reserve";
  trace_event(TRACE_ENTER, s->id);
  if (count <= 0 || s->count - s->reserved < count) {
    trace_event(TRACE_LEAVE, s->id);
    s->holder = NULL;
    pthread_mutex_unlock(&s->mu);
    return -1;
  }
  s->reserved += count;
  trace_event(TRACE_LEAVE, s->id);
  s->holder = NULL;
  pthread_mutex_unlock(&s->mu);
  return 0;
}

int stock_ship(struct shelf* s, int count) {
  struct shelf* from = s;
  int result = -1;
  pthread_mutex_lock(&from->mu);
  from->holder = "ship";
  trace_event(TRACE_ENTER, from->id);
  if (count > 0 && from->reserved >= count) {
    from->reserved -= count;
    from->count -= count;
    result = 0;
  }
  trace_event(TRACE_LEAVE, from->id);
  from->holder = NULL;
  pthread_mutex_unlock(&from->mu);
  return result;
}
