#include "shelf.h"
#include "shelf_lock.h"

void shelf_enter(struct shelf* s, const char* who) {
  pthread_mutex_lock(&s->mu);
  s->holder = who;
  trace_event(TRACE_ENTER, s->id);
}

void shelf_leave(struct shelf* s) {
  trace_event(TRACE_LEAVE, s->id);
  s->holder = 0;
  pthread_mutex_unlock(&s->mu);
}
