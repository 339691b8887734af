# Trains a small network with PROGRAM in FOLDER and has Python's safetensors open its checkpoint.
include(${CMAKE_CURRENT_LIST_DIR}/../support/lacking.cmake)

if(DEFINED ENV{GRADUS_PYTHON})
  set(python $ENV{GRADUS_PYTHON})
else()
  set(python python3)
endif()
execute_process(COMMAND ${python} -c "import numpy, safetensors" RESULT_VARIABLE missing ERROR_VARIABLE reason)
if(missing)
  lacking("${python} has no safetensors and numpy (name one that has in GRADUS_PYTHON): ${reason}")
endif()

file(REMOVE_RECURSE ${FOLDER})
execute_process(COMMAND ${PROGRAM} train mlp --data generated --train-limit 64 --epochs 1 --hidden 3 --quiet
  --out ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${READER} ${FOLDER}/checkpoint.safetensors
  OUTPUT_VARIABLE listing COMMAND_ERROR_IS_FATAL ANY)
message("${listing}")
foreach(line
    "metadata format = 'gradus checkpoint 2'"
    "metadata gradus.sha256 = '[0-9a-f]+'"
    "tensor hidden1/weight float32 \\(784, 3\\) sum "
    "tensor output/bias float32 \\(10,\\) sum "
    "tensor output/weight/second_moment float32 \\(3, 10\\) sum "
    "tensor run.iteration int64 \\(\\) sum "
    "tensor run.seed int64 \\(\\) sum ")
  if(NOT listing MATCHES "${line}")
    message(FATAL_ERROR "the listing lacks '${line}'")
  endif()
endforeach()
