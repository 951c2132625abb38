// Heap dumps as they are observed: which records there are. Their addresses are another matter.
#pragma once

// An empty file that is open as `descriptor`. An execution may be abandoned anywhere, so it cannot
// be relied upon to close its files: the one of the execution before is closed here.
int scratchFile(int descriptor);

// Reads the dump in that file back, and observes it.
void observeDump(int descriptor);
