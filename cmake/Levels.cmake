# A library for other machines (GRADUS_NATIVE=OFF) is compiled for several levels of x86-64, and the system's loader takes
# the highest that the processor has: v4 with AVX-512, v3 with AVX2, or one that runs everywhere. They lie where glibc
# (from 2.33) looks for them: beside libgradus.so, in glibc-hwcaps/x86-64-LEVEL/.
option(GRADUS_LEVELS "With GRADUS_NATIVE=OFF: compile for levels of x86-64, one of which is taken when a program starts" ON)

set(gradus_levels "")
if(GRADUS_LEVELS AND NOT GRADUS_NATIVE AND CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-march=x86-64-v4 GRADUS_HAS_LEVELS)
  if(GRADUS_HAS_LEVELS)
    set(gradus_levels v3 v4)
  endif()
endif()

function(gradus_at_level target level)
  set(folder glibc-hwcaps/x86-64-${level})
  target_compile_options(${target} PRIVATE -march=x86-64-${level})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME gradus LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${folder})
  add_dependencies(gradus ${target})
  install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/${folder} NAMELINK_SKIP)
endfunction()
