# The library is every source of these rooms. A room's headers are included as <gradus/ROOM/FILE.hpp>,
# in the tree (through the link below) and when installed alike.
set(GRADUS_ROOMS base graph ops data inspect optim models dump train sweep report fit study)

file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
file(CREATE_LINK ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/include/gradus SYMBOLIC)

# Numbers are computed in the sources that match this. The others declare, write and steer: they have no long loops over
# numbers, and compile in two thirds of the time when they are optimised less.
set(computing
  "^(ops|data|graph/run)/|^(base/version|inspect/roofline|sweep/gaussian_process)\\.cpp$|^graph/(declare/core_ops|compile/(blocked_layout|passes/old_values))\\.cpp$")
include(Levels)
if(gradus_levels)
  add_library(gradus SHARED)
else()
  add_library(gradus STATIC)
endif()
set(gradus_libraries gradus)
foreach(level IN LISTS gradus_levels)
  add_library(gradus-${level} SHARED)
  list(APPEND gradus_libraries gradus-${level})
  gradus_at_level(gradus-${level} ${level})
endforeach()
add_library(gradus::gradus ALIAS gradus)
add_library(gradus-telling OBJECT)
set(gradus_less_optimised $<$<NOT:$<CONFIG:Debug>>:-O1>)
target_compile_options(gradus-telling PRIVATE ${gradus_less_optimised})

foreach(room IN LISTS GRADUS_ROOMS)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/${room}/*.cpp)
  set(telling ${sources})
  list(FILTER sources INCLUDE REGEX ${computing})
  list(FILTER telling EXCLUDE REGEX ${computing})
  foreach(library IN LISTS gradus_libraries)
    target_sources(${library} PRIVATE ${sources})
    gradus_unite(${library} ${room} ${GRADUS_KERNEL_UNITY_SIZE} ${sources})
  endforeach()
  target_sources(gradus-telling PRIVATE ${telling})
  gradus_unite(gradus-telling ${room} ${GRADUS_UNITY_SIZE} ${telling})
endforeach()

set(generated ${PROJECT_BINARY_DIR}/generated)
foreach(target IN LISTS gradus_libraries ITEMS gradus-telling)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_include_directories(${target}
    PUBLIC
      $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
      $<BUILD_INTERFACE:${generated}/include>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${generated})
  target_include_directories(${target} SYSTEM PRIVATE ${RANDOM123_INCLUDE_DIR} ${MUSTACHE_INCLUDE_DIR}
    ${BOOST_CRC_INCLUDE_DIR} ${PROTOZERO_INCLUDE_DIR})
  target_link_libraries(${target}
    PUBLIC Eigen3::Eigen fmt::fmt nlohmann_json::nlohmann_json Threads::Threads
    PRIVATE ${CMAKE_DL_LIBS} ZLIB::ZLIB CURL::libcurl PNG::PNG OpenSSL::Crypto
      ${gradus_yaml}
      $<BUILD_INTERFACE:gradus-warnings>)
  target_compile_definitions(${target} PRIVATE GRADUS_VERSION="${PROJECT_VERSION}")
  if(GRADUS_NATIVE)
    # Public: Eigen's arrays change their alignment with the instruction set, so both sides must agree.
    target_compile_options(${target} PUBLIC -march=native)
  elseif(gradus_levels)
    target_compile_definitions(${target} PUBLIC EIGEN_MAX_ALIGN_BYTES=64)
    # What the library calls of itself is its own, not what a program has compiled of the same name for less.
    target_link_options(${target} PRIVATE LINKER:-Bsymbolic-functions)
  endif()
  if(GRADUS_XBYAK AND XBYAK_INCLUDE_DIR)
    target_include_directories(${target} SYSTEM PRIVATE ${XBYAK_INCLUDE_DIR})
    target_compile_definitions(${target} PRIVATE GRADUS_HAVE_XBYAK)
  endif()
  if(dnnl_FOUND)
    target_link_libraries(${target} PRIVATE DNNL::dnnl)
    target_compile_definitions(${target} PRIVATE GRADUS_HAVE_ONEDNN)
  endif()
endforeach()

foreach(library IN LISTS gradus_libraries)
  # After its own sources, so that of what both define inline its own is taken.
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:gradus-telling>)
  gradus_precompile(${library} ${gradus_common_headers} <Eigen/Core>)
endforeach()
gradus_precompile(gradus-telling ${gradus_common_headers} <nlohmann/json.hpp>)
