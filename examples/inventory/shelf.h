#pragma once

#include <pthread.h>

#include "trace.h"

// A place in the warehouse. Everything but `id` is guarded by `mu`.
struct shelf {
  int id;
  pthread_mutex_t mu;
  const char* holder;  // who is working on it, for the watchdog; null: nobody
  int count;
  int reserved;
};

// How many could be sold now.
static inline int shelf_available(struct shelf* s) {
  pthread_mutex_lock(&s->mu);
  s->holder = "available";
  trace_event(TRACE_ENTER, s->id);
  int available = s->count - s->reserved;
  trace_event(TRACE_LEAVE, s->id);
  s->holder = 0;
  pthread_mutex_unlock(&s->mu);
  return available;
}
