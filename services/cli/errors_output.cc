#include <iostream>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "google/rpc/error_details.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/commands.h"

namespace regiokompas::cli {
namespace {

ExitCode CodeFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnavailable;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return kForbidden;
    default:
      return kFailed;
  }
}

}  // namespace

int PrintError(const absl::Status& status, const std::string& subject) {
  const std::string reason = errors::ReasonOf(status);
  std::cerr << InLanguage("fout: ", "error: ") << (subject.empty() ? "" : subject + ": ")
            << (WantsEnglish() ? std::string(status.message()) : errors::DutchOf(status))
            << (reason.empty() ? "" : absl::StrCat(" [", reason, "]")) << "\n";
  google::rpc::BadRequest bad;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (payload.has_value() && bad.ParseFromString(std::string(*payload))) {
    for (const auto& violation : bad.field_violations()) {
      std::cerr << "  " << violation.field() << ": "
                << (WantsEnglish() ? violation.description() : violation.localized_message().message()) << " ["
                << violation.reason() << "]\n";
    }
  }
  return CodeFor(status);
}

int PrintUsageError(const std::string& command, const absl::Status& status) {
  std::cerr << InLanguage("fout: ", "error: ") << status.message() << "\n"
            << InLanguage("uitleg: regiokompas ", "help: regiokompas ") << command << " --help\n";
  return kUsage;
}

}  // namespace regiokompas::cli
