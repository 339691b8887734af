# The library is every source of these rooms. A room's headers are included as <gradus/ROOM/FILE.hpp>,
# in the tree (through the link below) and when installed alike.
set(GRADUS_ROOMS base graph ops optim models data dump train report)

file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include)
file(CREATE_LINK ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/include/gradus SYMBOLIC)

add_library(gradus STATIC)
add_library(gradus::gradus ALIAS gradus)
foreach(room IN LISTS GRADUS_ROOMS)
  file(GLOB_RECURSE room_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${room}/*.cpp)
  target_sources(gradus PRIVATE ${room_sources})
  gradus_unite(gradus ${room} ${room_sources})
endforeach()

target_compile_features(gradus PUBLIC cxx_std_20)
set_target_properties(gradus PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF)
target_include_directories(gradus PUBLIC
  $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_include_directories(gradus SYSTEM PRIVATE ${RANDOM123_INCLUDE_DIR})
target_link_libraries(gradus
  PUBLIC Eigen3::Eigen fmt::fmt nlohmann_json::nlohmann_json Threads::Threads
  PRIVATE ${CMAKE_DL_LIBS} ZLIB::ZLIB CURL::libcurl PNG::PNG OpenSSL::Crypto Boost::filesystem
    $<BUILD_INTERFACE:gradus-warnings>)
target_compile_definitions(gradus PRIVATE GRADUS_VERSION="${PROJECT_VERSION}")
if(GRADUS_NATIVE)
  # Public: Eigen's arrays change their alignment with the instruction set, so both sides must agree.
  target_compile_options(gradus PUBLIC -march=native)
endif()
if(dnnl_FOUND)
  target_link_libraries(gradus PRIVATE DNNL::dnnl)
  target_compile_definitions(gradus PRIVATE GRADUS_HAVE_ONEDNN)
endif()
