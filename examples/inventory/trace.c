#include "trace.h"

#include <stdio.h>
#include <string.h>

static char text[1024];

void trace_event(enum trace_kind kind, int shelf) {
  char line[32];
  snprintf(line, sizeof line, "%c%d ", kind == TRACE_ENTER ? '+' : '-', shelf);
  strncat(text, line, sizeof text - strlen(text) - 1);
}

const char* trace_text(void) { return text; }

void trace_clear(void) { text[0] = 0; }
