#include <stddef.h>

#include "stock.h"

// Holds two shelves at once, the one with the lower number first, and keeps `holder` for the outer
// one only: not what shelf_enter() does, so it has to stay as it is.
int stock_move(struct shelf* from, struct shelf* to, int count) {
  struct shelf* outer = from->id < to->id ? from : to;
  struct shelf* inner = from->id < to->id ? to : from;
  int result = -1;
  pthread_mutex_lock(&outer->mu);
  outer->holder = "move";
  trace_event(TRACE_ENTER, outer->id);
  pthread_mutex_lock(&inner->mu);
  trace_event(TRACE_ENTER, inner->id);
  if (count > 0 && from->count - from->reserved >= count) {
    from->count -= count;
    to->count += count;
    result = 0;
  }
  trace_event(TRACE_LEAVE, inner->id);
  pthread_mutex_unlock(&inner->mu);
  trace_event(TRACE_LEAVE, outer->id);
  outer->holder = NULL;
  pthread_mutex_unlock(&outer->mu);
  return result;
}
