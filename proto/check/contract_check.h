#pragma once

#include <string>
#include <vector>

#include "google/protobuf/descriptor.pb.h"

namespace regiokompas::contract {

// Returns one line `file:line: what is wrong` for every breach of the contract rules in the regiokompas packages of an
// image; empty when all is well. The image is the output of protoc with --include_imports and --include_source_info:
// without the source info every comment counts as missing. The rules are listed in proto/README.md.
std::vector<std::string> CheckContracts(const google::protobuf::FileDescriptorSet& image);

}  // namespace regiokompas::contract
