// contract_check IMAGE: refuses an image of contracts that break the rules in proto/README.md.
// Exit codes: 0 all is well, 1 rules are broken (one line each on standard error), 2 the image cannot be read.
#include <fstream>
#include <iostream>

#include "google/protobuf/descriptor.pb.h"
#include "proto/check/contract_check.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: contract_check IMAGE\n";
    return 2;
  }
  std::ifstream input(argv[1], std::ios::binary);
  google::protobuf::FileDescriptorSet image;
  if (!input || !image.ParseFromIstream(&input) || image.file_size() == 0) {
    std::cerr << "contract_check: " << argv[1] << " is not a descriptor image\n";
    return 2;
  }
  const std::vector<std::string> violations = regiokompas::contract::CheckContracts(image);
  for (const std::string& violation : violations) std::cerr << violation << "\n";
  return violations.empty() ? 0 : 1;
}
