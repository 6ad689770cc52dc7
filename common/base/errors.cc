#include "common/base/errors.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/hash.h"
#include "google/rpc/error_details.pb.h"

namespace regiokompas::errors {
namespace {

constexpr size_t kMaxViolations = 20;

std::string Fill(absl::string_view text, const Metadata& metadata) {
  std::vector<std::pair<std::string, std::string>> replacements;
  for (const auto& [key, value] : metadata) replacements.emplace_back(absl::StrCat("{", key, "}"), value);
  return absl::StrReplaceAll(text, replacements);
}

template <typename Detail>
void Attach(absl::Status& status, const Detail& detail) {
  status.SetPayload(absl::StrCat("type.googleapis.com/", detail.GetDescriptor()->full_name()),
                    absl::Cord(StableBytes(detail)));
}

template <typename Detail>
bool Read(const absl::Status& status, Detail& detail) {
  auto payload = status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  return payload.has_value() && detail.ParseFromString(std::string(*payload));
}

// The resource in the metadata, for the two kinds where AIP-193 expects ResourceInfo.
void AttachResource(absl::Status& status, const Metadata& metadata) {
  for (const auto& [key, value] : metadata) {
    if (key != "name") continue;
    google::rpc::ResourceInfo info;
    info.set_resource_name(value);
    Attach(status, info);
  }
}

void AttachPrecondition(absl::Status& status, const Kind& kind, const Metadata& metadata) {
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type(kind.reason);
  violation->set_description(Fill(kind.english, metadata));
  for (const auto& [key, value] : metadata) {
    if (key == "name") violation->set_subject(value);
  }
  Attach(status, failure);
}

}  // namespace

absl::Status Make(const Kind& kind, const Metadata& metadata) {
  absl::Status status(kind.code, Fill(kind.english, metadata));
  google::rpc::ErrorInfo info;
  info.set_reason(kind.reason);
  info.set_domain(kDomain);
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  Attach(status, info);
  google::rpc::LocalizedMessage dutch;
  dutch.set_locale("nl");
  dutch.set_message(Fill(kind.dutch, metadata));
  Attach(status, dutch);
  if (kind.code == Code::kNotFound || kind.code == Code::kAlreadyExists) AttachResource(status, metadata);
  if (kind.code == Code::kFailedPrecondition) AttachPrecondition(status, kind, metadata);
  return status;
}

absl::Status MakeRetryable(const Kind& kind, const Metadata& metadata) {
  absl::Status status = Make(kind, metadata);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(200'000'000);
  Attach(status, retry);
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  return Read(status, info) ? info.reason() : "";
}

std::string DutchOf(const absl::Status& status) {
  google::rpc::LocalizedMessage text;
  return Read(status, text) ? text.message() : std::string(status.message());
}

void Violations::Add(absl::string_view field, const Rule& rule, const Metadata& metadata) {
  Item item{std::string(field), &rule, metadata};
  item.metadata.emplace_back("field", std::string(field));
  items_.push_back(std::move(item));
}

absl::Status Violations::ToStatus() const {
  if (items_.empty()) return absl::OkStatus();
  const Item& first = items_.front();
  const std::string count = absl::StrCat(items_.size());
  // The two texts differ in {first}, so the Dutch one is put in after the shared metadata.
  absl::Status status = Make(kInvalidRequest, {{"count", count}, {"first", Fill(first.rule->english, first.metadata)}});
  google::rpc::LocalizedMessage dutch;
  dutch.set_locale("nl");
  dutch.set_message(
      Fill(kInvalidRequest.dutch, {{"count", count}, {"first", Fill(first.rule->dutch, first.metadata)}}));
  Attach(status, dutch);
  google::rpc::BadRequest bad;
  for (size_t i = 0; i < std::min(items_.size(), kMaxViolations); ++i) {
    auto* violation = bad.add_field_violations();
    violation->set_field(items_[i].field);
    violation->set_reason(items_[i].rule->reason);
    violation->set_description(Fill(items_[i].rule->english, items_[i].metadata));
    violation->mutable_localized_message()->set_locale("nl");
    violation->mutable_localized_message()->set_message(Fill(items_[i].rule->dutch, items_[i].metadata));
  }
  Attach(status, bad);
  return status;
}

}  // namespace regiokompas::errors
