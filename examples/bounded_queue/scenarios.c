/* What the explorer runs: small uses of the queue. */
#include <pthread.h>
#include <standstill/scenario.h>
#include <stddef.h>

#include "queue.h"

static struct queue queue;

static void* consume(void* unused) {
  (void)unused;
  standstill_observe("took", queue_take(&queue));
  return NULL;
}

/* What its author had tested. */
STANDSTILL_SCENARIO(one_consumer) {
  pthread_t consumer;
  queue_init(&queue);
  pthread_create(&consumer, NULL, consume, NULL);
  queue_put(&queue, 1);
  pthread_join(consumer, NULL);
  queue_destroy(&queue);
}

STANDSTILL_SCENARIO(two_consumers) {
  pthread_t consumers[2];
  queue_init(&queue);
  for (int i = 0; i < 2; ++i) pthread_create(&consumers[i], NULL, consume, NULL);
  queue_put(&queue, 1);
  queue_put(&queue, 2);
  for (int i = 0; i < 2; ++i) pthread_join(consumers[i], NULL);
  queue_destroy(&queue);
}
