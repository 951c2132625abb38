# The two variants of the runtime. Kept out of their folders, so that diff -r legacy refactored is the
# refactoring and nothing else.
#
# Libraries: standstill_legacy, standstill_refactored; a program links one of them. They are objects, not
# archives: the runtime below calls startGC, which they define.
# Source lists, for whoever compiles the same files otherwise: STANDSTILL_LEGACY_SOURCES,
# STANDSTILL_REFACTORED_SOURCES.
set(touched_by_the_refactoring debug.cc heapdump.cc mgc.cc mprof.cc mstats.cc proc1.cc trace.cc)

list(TRANSFORM touched_by_the_refactoring PREPEND ${PROJECT_SOURCE_DIR}/legacy/
  OUTPUT_VARIABLE STANDSTILL_LEGACY_SOURCES)
list(TRANSFORM touched_by_the_refactoring PREPEND ${PROJECT_SOURCE_DIR}/refactored/
  OUTPUT_VARIABLE STANDSTILL_REFACTORED_SOURCES)
list(APPEND STANDSTILL_REFACTORED_SOURCES ${PROJECT_SOURCE_DIR}/refactored/stop_the_world.cc)

add_library(standstill_legacy OBJECT ${STANDSTILL_LEGACY_SOURCES})
target_link_libraries(standstill_legacy PRIVATE standstill_options PUBLIC standstill_runtime)

add_library(standstill_refactored OBJECT ${STANDSTILL_REFACTORED_SOURCES})
target_link_libraries(standstill_refactored PRIVATE standstill_options PUBLIC standstill_runtime)
