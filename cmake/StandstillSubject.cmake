# Equivalence tests for CMake projects: this file comes with find_package(Standstill).
#
#   standstill_add_subject(NAME SOURCE...)
#     A shared library that stw-check can explore, compiled with the flags that `stw-check cxxflags` prints.
#     It is a target like any other: target_include_directories, target_link_libraries and so on apply.
#
#   standstill_add_equivalence_test(NAME OLD subject NEW subject
#                                   [REQUIRE lockstep|outcomes|sampled] [BUDGET time] [DECLARED file] [ARGS argument...])
#     A test for CTest that compares both subjects and passes if they do not differ, at the level required.
#     What it writes is in standstill/NAME of the build folder: index.html with traces beside it, junit.xml,
#     results.sarif, report.json, and repro files of the differences.
#
# REQUIRES: STANDSTILL_SUBJECT_FLAGS, the include folder of <standstill/scenario.h> in STANDSTILL_INCLUDE_DIR, and
# the target Standstill::stw-check; StandstillConfig.cmake sets them, and so does Standstill's own build.

function(standstill_add_subject name)
  if(NOT ARGN)
    message(FATAL_ERROR "standstill_add_subject(${name}) has no sources")
  endif()
  foreach(language IN ITEMS C CXX)
    if(CMAKE_${language}_COMPILER_ID AND NOT CMAKE_${language}_COMPILER_ID MATCHES "Clang")
      message(FATAL_ERROR "standstill_add_subject(${name}) needs Clang, which this project does not use for ${language}; "
                          "configure with -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19")
    endif()
  endforeach()
  add_library(${name} MODULE ${ARGN})
  set_target_properties(${name} PROPERTIES PREFIX "")
  target_compile_options(${name} PRIVATE ${STANDSTILL_SUBJECT_FLAGS})
  target_include_directories(${name} PRIVATE ${STANDSTILL_INCLUDE_DIR})
endfunction()

function(standstill_add_equivalence_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "OLD;NEW;REQUIRE;BUDGET;DECLARED" "ARGS")
  if(test_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "standstill_add_equivalence_test(${name}) does not know ${test_UNPARSED_ARGUMENTS}; "
                        "arguments for stw-check compare go after ARGS")
  endif()
  foreach(side IN ITEMS OLD NEW)
    if(NOT TARGET "${test_${side}}")
      message(FATAL_ERROR "standstill_add_equivalence_test(${name}) needs ${side} with a target that "
                          "standstill_add_subject made; \"${test_${side}}\" is none")
    endif()
  endforeach()
  set(folder ${CMAKE_BINARY_DIR}/standstill/${name})
  file(MAKE_DIRECTORY ${folder})
  set(command $<TARGET_FILE:Standstill::stw-check> compare
    --old=$<TARGET_FILE:${test_OLD}> --new=$<TARGET_FILE:${test_NEW}>
    --report=. --junit=junit.xml --sarif=results.sarif --json=report.json)
  if(test_REQUIRE)
    list(APPEND command --require=${test_REQUIRE})
  endif()
  if(test_BUDGET)
    list(APPEND command --budget=${test_BUDGET})
  endif()
  if(test_DECLARED)
    cmake_path(ABSOLUTE_PATH test_DECLARED BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND command --declared=${test_DECLARED})
  endif()
  add_test(NAME ${name} COMMAND ${command} ${test_ARGS} WORKING_DIRECTORY ${folder})
endfunction()
