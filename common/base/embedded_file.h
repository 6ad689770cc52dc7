// A text file that the build compiled into the binary (cmake/embed.cmake).
#pragma once

#include <string>

namespace regiokompas {

struct EmbeddedFile {
  std::string name;  // without its folder
  std::string text;
};

}  // namespace regiokompas
