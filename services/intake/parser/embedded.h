#ifndef REGIOKOMPAS_SERVICES_INTAKE_PARSER_EMBEDDED_H_
#define REGIOKOMPAS_SERVICES_INTAKE_PARSER_EMBEDDED_H_

namespace regiokompas::intake {

// A data file that the build compiled into the program. Constant, lives as long as the program.
struct EmbeddedFile {
  const char* name;
  const char* content;
};

extern const EmbeddedFile kEmbeddedFiles[];
extern const int kEmbeddedFileCount;

}  // namespace regiokompas::intake

#endif  // REGIOKOMPAS_SERVICES_INTAKE_PARSER_EMBEDDED_H_
