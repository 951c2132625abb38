# standstill_add_mutants(NAME RIGHT TARGET SOURCES FILE... [DECLARED FILE] [EQUIVALENTS FILE] [OPTIONS OPTION...])
#
# Mutants of the SOURCEs of TARGET, a subject: wrong refactorings, for `stw-check mutants` to kill. They are made in
# the folder NAME of the build tree by the target NAME, and compiled, once each, by ninja there: `stw-check mutants`
# runs both. None of this is part of the default build, and they are made again only when TARGET is. OPTIONs go to
# stw-mutate: see docs/mutants.md.
# REQUIRES: the generator Ninja, CMAKE_EXPORT_COMPILE_COMMANDS.
function(standstill_add_mutants name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "RIGHT;DECLARED;EQUIVALENTS" "SOURCES;OPTIONS")
  set(folder ${CMAKE_BINARY_DIR}/${name})
  set(link ${folder}/link.txt)
  if(arg_DECLARED)
    list(APPEND arg_OPTIONS --declared=${arg_DECLARED})
  endif()
  if(arg_EQUIVALENTS)
    list(APPEND arg_OPTIONS --equivalents=${arg_EQUIVALENTS})
  endif()
  # The manifest keeps its time if nothing in it changes, so that what was made is known by another file.
  set(made ${folder}/made)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${made}
    # The words that link TARGET, from the build itself.
    COMMAND sh -c "${CMAKE_MAKE_PROGRAM} -t commands ${arg_RIGHT} | tail -n 1 > ${link}"
    COMMAND stw-mutate -p ${CMAKE_BINARY_DIR} --out=${folder} --right=$<TARGET_FILE:${arg_RIGHT}> --link=${link}
      --command=CMakeFiles/${arg_RIGHT}.dir/ ${arg_OPTIONS} ${arg_SOURCES}
    COMMAND ${CMAKE_COMMAND} -E touch ${made}
    DEPENDS stw-mutate ${arg_RIGHT} ${arg_SOURCES}
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    VERBATIM
    COMMENT "")
  add_custom_target(${name} DEPENDS ${made})
endfunction()
