#pragma once

// What happened, in order: tests read it back.
enum trace_kind { TRACE_ENTER, TRACE_LEAVE };

void trace_event(enum trace_kind kind, int shelf);
const char* trace_text(void);
void trace_clear(void);
