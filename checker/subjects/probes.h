// What reports draw of the runtime's scenarios beside the threads: goroutines and stops.
#pragma once

// Tells the checker how to ask. Called before the runtime runs.
void showGoroutinesAndStops();
