/* A queue of bounded size between threads. */
#pragma once

#include <pthread.h>

enum { QUEUE_SIZE = 1 };

struct queue {
  pthread_mutex_t mutex;
  pthread_cond_t changed; /* something was put or taken */
#ifdef TWO_CONDITIONS
  pthread_cond_t emptied; /* something was taken */
#endif
  int items[QUEUE_SIZE];
  int first;
  int count;
};

void queue_init(struct queue* queue);
void queue_destroy(struct queue* queue);

/* Waits for room. */
void queue_put(struct queue* queue, int item);

/* Waits for an item. */
int queue_take(struct queue* queue);
