#include <iostream>
#include <map>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "google/protobuf/util/json_util.h"
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
  std::string text = WantsEnglish() ? std::string(status.message()) : errors::DutchOf(status);
  // A server that does not know a method says no more than that.
  if (text.empty()) text = absl::StatusCodeToString(status.code());
  std::cerr << InLanguage("fout: ", "error: ") << (subject.empty() ? "" : subject + ": ") << text
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

int PrintConnectError(const std::string& command, const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? PrintUsageError(command, status) : PrintError(status, "");
}

int PrintJson(const google::protobuf::Message& message, bool zeroes) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = zeroes;
  std::string json;
  // Only ill-formed UTF-8 can fail here, and nothing that was parsed or received has any.
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  std::cout << json;
  return kDone;
}

std::string StatusText(const std::string& status) {
  static const auto* const kTexts = new std::map<std::string, std::pair<const char*, const char*>>{
      {"STATUS_NOT_STARTED", {"niet gestart", "not started"}},
      {"STATUS_ON_TRACK", {"op schema", "on track"}},
      {"STATUS_AT_RISK", {"risico", "at risk"}},
      {"STATUS_OFF_TRACK", {"niet op schema", "off track"}},
      {"STATUS_REALISED", {"gerealiseerd", "realised"}},
      {"STATUS_STOPPED", {"gestopt", "stopped"}},
      {"STATUS_NOT_PRINTED", {"niet afgedrukt", "not printed"}}};
  const auto found = kTexts->find(status);
  return found == kTexts->end() ? status : InLanguage(found->second.first, found->second.second);
}

}  // namespace regiokompas::cli
