// What the commands that call services share: the address, the token and its owners.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/tls.h"
#include "services/cli/arguments.h"
#include "services/cli/token_file.h"

namespace regiokompas::cli {

// The options that Connect reads.
inline const std::vector<std::string>& ConnectionOptions() {
  static const auto* const kOptions =
      new std::vector<std::string>{"address", "ca-file", "certificate-file", "key-file", "token-file"};
  return *kOptions;
}

// What the files of --ca-file, --certificate-file and --key-file hold.
absl::StatusOr<rpc::TlsKeys> ReadKeys(const Arguments& arguments);

class Client {
 public:
  // Reads the token file and opens a channel to --address.
  static absl::StatusOr<Client> Connect(const Arguments& arguments);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // The owners that the token names, as it says of itself: the services verify it.
  const std::vector<std::string>& owners() const { return owners_; }
  // Prepares one call, with what the token file holds by now.
  void Begin(grpc::ClientContext& context) const;

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<TokenFile> token_;
  std::vector<std::string> owners_;
};

// The whole name that the first word of a command is about, empty when there is none: an id alone is one in
// `collection`
// ("drafts") of the only owner in the token. INVALID_ARGUMENT when the token has several.
absl::StatusOr<std::string> NameInCollection(const Arguments& arguments, const Client& client,
                                             const std::string& collection);

}  // namespace regiokompas::cli
