add_library(gradus-warnings INTERFACE)
target_compile_options(gradus-warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(GRADUS_WERROR)
  target_compile_options(gradus-warnings INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 also takes the concatenation of short strings for overlapping copies (its bug 105651).
  target_compile_options(gradus-warnings INTERFACE -Wno-restrict)
  # GCC 12 reports the undefined registers of its own AVX-512 intrinsics, inlined into Eigen's code.
  target_compile_options(gradus-warnings INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized)
endif()
