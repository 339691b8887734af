# Trains a small network with PROGRAM in FOLDER, stops and resumes it, and has TensorBoard read its events.
include(${CMAKE_CURRENT_LIST_DIR}/../support/lacking.cmake)

if(DEFINED ENV{GRADUS_PYTHON})
  set(python $ENV{GRADUS_PYTHON})
else()
  set(python python3)
endif()
execute_process(COMMAND ${python} -c "import tensorboard" RESULT_VARIABLE missing ERROR_VARIABLE reason)
if(missing)
  lacking("${python} has no tensorboard (name one that has in GRADUS_PYTHON): ${reason}")
endif()

file(REMOVE_RECURSE ${FOLDER})
set(train ${PROGRAM} train mlp --quiet --tensorboard)
execute_process(COMMAND ${train} --data generated --train-limit 64 --validation 32 --batch 16 --epochs 2 --hidden 3
  --log-every 3 --out ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${train} --resume ${FOLDER} --epochs 3 COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${python} ${READER} ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
