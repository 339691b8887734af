# `cmake --install` puts the library, its headers and the program in place; find_package(gradus) finds them.
include(CMakePackageConfigHelpers)

install(TARGETS gradus gradus-commands EXPORT gradus-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
# The program finds the library where it is shared (cmake/Levels.cmake), wherever both are put.
set_target_properties(gradus-cli PROPERTIES INSTALL_RPATH $ORIGIN/../${CMAKE_INSTALL_LIBDIR})
install(TARGETS gradus-cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES gradus.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gradus)
# base/philox.hpp is for the library's sources alone, and would need Random123.
install(DIRECTORY ${GRADUS_ROOMS} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gradus
  FILES_MATCHING PATTERN *.hpp PATTERN philox.hpp EXCLUDE)
install(FILES cli/program.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gradus/cli)
install(DIRECTORY ${generated}/include/gradus DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/gradus)
install(EXPORT gradus-targets NAMESPACE gradus:: DESTINATION ${config_folder})
configure_package_config_file(cmake/gradus-config.cmake.in ${PROJECT_BINARY_DIR}/gradus-config.cmake
  INSTALL_DESTINATION ${config_folder} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gradus-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gradus-config.cmake ${PROJECT_BINARY_DIR}/gradus-config-version.cmake
  DESTINATION ${config_folder})

# Installs into the build tree and builds lessons against nothing but what was installed.
if(GRADUS_TESTS)
  add_test(NAME install COMMAND ${CMAKE_COMMAND}
    -D build=${PROJECT_BINARY_DIR} -D source=${PROJECT_SOURCE_DIR} -D generator=${CMAKE_GENERATOR}
    -D compiler=${CMAKE_CXX_COMPILER} -D flags=${CMAKE_CXX_FLAGS} -D build_type=${CMAKE_BUILD_TYPE}
    -D native=${GRADUS_NATIVE} -D version=${PROJECT_VERSION}
    -P ${PROJECT_SOURCE_DIR}/tests/install/run.cmake)
endif()
