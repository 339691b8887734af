# Clang counts in the source what runs, so the figures do not depend on what the optimiser makes of it. The project's
# own rooms are counted, neither the tests nor anybody's headers.
option(GRADUS_COVERAGE "Count the lines and branches that run (Clang)" OFF)

if(GRADUS_COVERAGE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "GRADUS_COVERAGE needs Clang, not ${CMAKE_CXX_COMPILER_ID}: cmake --preset coverage")
  endif()
  set(counted "")
  foreach(room IN LISTS GRADUS_ROOMS ITEMS cli)
    string(APPEND counted "src:${PROJECT_SOURCE_DIR}/${room}/*\nsrc:*/include/gradus/${room}/*\n")
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/counted.txt CONTENT "${counted}")
  # In the flags, so that whoever links the library built this way, as the test of the installation, has them too.
  string(APPEND CMAKE_CXX_FLAGS " -fprofile-instr-generate -fcoverage-mapping"
    " -fprofile-list=${PROJECT_BINARY_DIR}/counted.txt")
endif()
