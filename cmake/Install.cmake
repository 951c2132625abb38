# What `cmake --install` puts where, and the Debian package that `cpack -G DEB` makes of it.
#
# Everything is found relative to where it lies, so that the whole can be moved.
include(CMakePackageConfigHelpers)

set(standstill_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Standstill)
set(standstill_generated ${PROJECT_BINARY_DIR}/generated/install)
file(MAKE_DIRECTORY ${standstill_generated})

install(TARGETS stw-check stw-rewrite RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS standstill-tidy LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/standstill)
install(DIRECTORY checker/include/standstill DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})

# ---- Manual pages and completions, from the tools' own option tables

# What the tool prints under --print=FORM becomes the file, and goes to the directory.
function(install_printed tool form file directory)
  set(output ${standstill_generated}/${form}/${file})
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${standstill_generated}/${form}
    COMMAND $<TARGET_FILE:${tool}> --print=${form} > ${output}
    DEPENDS ${tool} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY standstill_printed ${output})
  install(FILES ${output} DESTINATION ${directory})
endfunction()

foreach(tool stw-check stw-rewrite)
  install_printed(${tool} man ${tool}.1 ${CMAKE_INSTALL_MANDIR}/man1)
  install_printed(${tool} bash ${tool} ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install_printed(${tool} zsh _${tool} ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install_printed(${tool} fish ${tool}.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()
get_property(printed GLOBAL PROPERTY standstill_printed)
add_custom_target(printed_help ALL DEPENDS ${printed})

# ---- find_package(Standstill) and pkg-config

configure_package_config_file(cmake/StandstillConfig.cmake.in ${standstill_generated}/StandstillConfig.cmake
  INSTALL_DESTINATION ${standstill_cmake_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${standstill_generated}/StandstillConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${standstill_generated}/StandstillConfig.cmake
  ${standstill_generated}/StandstillConfigVersion.cmake
  cmake/StandstillSubject.cmake
  DESTINATION ${standstill_cmake_dir})

# The same in the build folder: with its bin/ in the PATH, find_package finds what was built and not yet installed.
foreach(file IN ITEMS ${standstill_generated}/StandstillConfig.cmake ${standstill_generated}/StandstillConfigVersion.cmake
        cmake/StandstillSubject.cmake)
  cmake_path(GET file FILENAME name)
  configure_file(${file} ${PROJECT_BINARY_DIR}/${standstill_cmake_dir}/${name} COPYONLY)
endforeach()
foreach(header IN ITEMS operation.h scenario.h)
  configure_file(checker/include/standstill/${header}
    ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_INCLUDEDIR}/standstill/${header} COPYONLY)
endforeach()

file(RELATIVE_PATH standstill_prefix_from_pc /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/standstill.pc.in ${standstill_generated}/standstill.pc @ONLY)
install(FILES ${standstill_generated}/standstill.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# ---- The Debian package

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME standstill)
set(CPACK_PACKAGE_VENDOR Standstill)
set(CPACK_PACKAGE_CONTACT "The Standstill authors <standstill@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "refactoring-verification toolkit for C and C++")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Subjects are compiled with this compiler, and stw-rewrite parses with its headers.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "clang-19")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "gdb, clang-tidy-19, clang-tools-19")
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
include(CPack)
