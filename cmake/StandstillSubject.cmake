# standstill_add_subject(NAME SOURCE...): a shared library that stw-check can explore.
#
# Compiled with the flags that `stw-check cxxflags` prints; linked to none of ThreadSanitizer.
# REQUIRES: STANDSTILL_SUBJECT_FLAGS, and the include folder of <standstill/scenario.h> in
# STANDSTILL_INCLUDE_DIR.
function(standstill_add_subject name)
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "")
  target_compile_options(${name} PRIVATE ${STANDSTILL_SUBJECT_FLAGS})
  target_include_directories(${name} PRIVATE ${STANDSTILL_INCLUDE_DIR})
endfunction()
