// What an owner has, as text that two runs can be compared by.
#pragma once

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"

namespace regiokompas::test {

// Back to a migrated, empty database. Nobody may be calling.
void Empty(SqlSession& sql);

// Every resource of kOwner in catalogue, progress and indicator, without what differs from run to run by right.
class StateReader {
 public:
  // `token` is one of a reader of kOwner.
  StateReader(const Deployment& deployment, const std::string& token);

  std::vector<std::string> Read();

  // How many decisions about frameworks there were.
  int versions() const { return versions_; }

 private:
  // Reads all pages of a list and returns the names in it.
  template <typename Stub, typename Request, typename Response>
  std::vector<std::string> Take(const Client& client,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const std::string& parent);
  static std::string TextOf(const google::protobuf::Message& resource);

  const Client catalogue_;
  const Client progress_;
  const Client indicator_;
  std::vector<std::string> state_;
  int versions_ = 0;
};

}  // namespace regiokompas::test
