find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(PNG REQUIRED)
find_package(Threads REQUIRED)

# SHA-256 of downloads; counted random numbers (headers only: Debian's librandom123-dev).
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)

# The files of sweeps; its target has a namespace since version 0.8.
find_package(yaml-cpp REQUIRED)
set(gradus_yaml $<IF:$<TARGET_EXISTS:yaml-cpp::yaml-cpp>,yaml-cpp::yaml-cpp,yaml-cpp>)

# TensorBoard's event files (headers only: Debian's libboost-dev and libprotozero-dev).
find_path(BOOST_CRC_INCLUDE_DIR boost/crc.hpp REQUIRED)
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_writer.hpp REQUIRED)

# The templates of pages (headers only: Debian's libkainjow-mustache-dev).
find_path(MUSTACHE_INCLUDE_DIR kainjow/mustache.hpp REQUIRED)

# Machine code for elementwise ops that run together (headers only: Debian's libxbyak-dev); without it each op computes
# by itself.
option(GRADUS_XBYAK "Write machine code with Xbyak where it is installed" ON)
if(GRADUS_XBYAK)
  find_path(XBYAK_INCLUDE_DIR xbyak/xbyak.h)
endif()

# oneDNN multiplies matrices of floats where it is installed; Eigen does elsewhere.
option(GRADUS_ONEDNN "Use oneDNN where it is installed" ON)
if(GRADUS_ONEDNN)
  find_package(dnnl QUIET)
endif()
