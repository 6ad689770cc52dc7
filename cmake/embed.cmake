# regiokompas_embed(TARGET NAMESPACE FUNCTION FILES…): compiles text files into TARGET as
#   std::vector<regiokompas::EmbeddedFile> NAMESPACE::FUNCTION();   declared by whoever calls it (common/base/embedded_file.h)
function(regiokompas_embed target namespace function)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_${function}.cc)
  set(files)
  foreach(file ${ARGN})
    list(APPEND files ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAMESPACE=${namespace} -DFUNCTION=${function} "-DFILES=${files}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_script.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
