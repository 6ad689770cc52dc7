#include "common/rpc/convert.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace regiokompas::rpc {
namespace {

constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxDetailBytes = 4096;
constexpr size_t kMaxMetadataBytes = 200;

// Cuts at a UTF-8 boundary.
std::string Capped(absl::string_view text, size_t limit = kMaxMessageBytes) {
  if (text.size() <= limit) return std::string(text);
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// Metadata repeats what a caller sent, which may be long.
std::string CappedInfo(const absl::optional<absl::Cord>& payload) {
  google::rpc::ErrorInfo info;
  if (payload.has_value()) info.ParseFromString(std::string(*payload));
  for (auto& [key, value] : *info.mutable_metadata()) value = Capped(value, kMaxMetadataBytes);
  return StableBytes(info);
}

void AddDetail(google::rpc::Status& out, absl::string_view url, absl::string_view bytes) {
  auto* detail = out.add_details();
  detail->set_type_url(std::string(url));
  detail->set_value(std::string(bytes));
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& given, Language language, absl::string_view request_id) {
  if (given.ok()) return grpc::Status::OK;
  absl::Status status = given;
  if (errors::ReasonOf(status).empty() || errors::ReasonOf(status) == errors::kInternal.reason) {
    status = status.code() == absl::StatusCode::kCancelled
                 ? errors::Make(errors::kDeadlineExceeded)
                 : errors::Make(errors::kInternal, {{"request_id", std::string(request_id)}});
  }
  google::rpc::Status out;
  out.set_code(static_cast<int>(status.code()));
  out.set_message(Capped(status.message()));
  google::rpc::LocalizedMessage localized;
  localized.set_locale(language == Language::kDutch ? "nl" : "en");
  localized.set_message(Capped(language == Language::kDutch ? errors::DutchOf(status) : std::string(status.message())));
  const std::string localized_url = absl::StrCat("type.googleapis.com/", localized.GetDescriptor()->full_name());
  // What machines decide by goes first, so that it always fits.
  const std::string info_url = absl::StrCat("type.googleapis.com/", google::rpc::ErrorInfo::descriptor()->full_name());
  AddDetail(out, info_url, CappedInfo(status.GetPayload(info_url)));
  AddDetail(out, localized_url, localized.SerializeAsString());
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    if (url == localized_url || url == info_url) return;
    // A large BadRequest loses its last violations rather than the whole error its details.
    std::string bytes(payload);
    google::rpc::BadRequest bad;
    if (absl::StrContains(url, bad.GetDescriptor()->full_name()) && bad.ParseFromString(bytes)) {
      while (bytes.size() > kMaxDetailBytes / 2 && bad.field_violations_size() > 1) {
        bad.mutable_field_violations()->RemoveLast();
        bytes = bad.SerializeAsString();
      }
    }
    if (out.ByteSizeLong() + bytes.size() <= kMaxDetailBytes) AddDetail(out, url, bytes);
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), out.message(), out.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status out(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) out.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  // A transport error, such as a peer that is down, has no details of its own. CANCELLED without them is a server that
  // stopped before a method saw the call: calls that are cancelled here are not looked at any more.
  if (errors::ReasonOf(out).empty() &&
      (out.code() == absl::StatusCode::kUnavailable || out.code() == absl::StatusCode::kCancelled)) {
    return errors::MakeRetryable(errors::kUnavailable);
  }
  if (errors::ReasonOf(out).empty() && out.code() == absl::StatusCode::kDeadlineExceeded) {
    return errors::Make(errors::kDeadlineExceeded);
  }
  return out;
}

}  // namespace regiokompas::rpc
