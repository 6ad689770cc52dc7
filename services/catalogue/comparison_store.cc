#include "services/catalogue/comparison_store.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "common/names/resource_name.h"
#include "common/resource/resource_store.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/catalogue/comparison_rules.h"
#include "services/catalogue/page_limits.h"

namespace regiokompas::catalogue {
namespace {

constexpr char kScope[] = "frameworks";
// Clients take 4 MiB by default.
constexpr size_t kMaxBytes = 3 << 20;
constexpr size_t kMaxChanges = 20'000;

// owners/GM0677/frameworks/f1/versions/v1 -> owners/GM0677/frameworks/f1
std::string FrameworkOf(const std::string& version) { return version.substr(0, version.rfind("/versions/")); }

// -- The field whose history is asked for

struct Field {
  std::string kind;  // activity
  std::string path;  // ending.reason, as JSON names
};

absl::StatusOr<Field> FieldOf(const v1::ListFieldHistoryRequest& request) {
  static const auto* const kKinds = new std::vector<std::pair<const char*, const google::protobuf::Descriptor*>>{
      {"framework", v1::Framework::descriptor()},
      {"section", v1::Section::descriptor()},
      {"goal", v1::Goal::descriptor()},
      {"activity", v1::Activity::descriptor()},
      {"contribution", v1::Contribution::descriptor()}};
  errors::Violations violations;
  std::vector<std::string> patterns;
  for (const auto& [kind, message] : *kKinds) {
    const names::Pattern pattern = names::Pattern::Of(message);
    patterns.push_back(pattern.text());
    if (!pattern.Parse(request.name())) continue;
    std::vector<const google::protobuf::FieldDescriptor*> fields;
    google::protobuf::util::FieldMaskUtil::GetFieldDescriptors(message, request.field(), &fields);
    // The library reads "ending." as "ending", and gives the fields before one that it does not know.
    const bool known = request.field() == absl::StrJoin(fields, ".", [](std::string* path, const auto* field) {
                         path->append(field->name());
                       });
    // The history keeps the content; these say which row of it is meant.
    const auto of_row = [](const std::string& name) {
      return name == "name" || name == "create_time" || name == "update_time" || name == "etag";
    };
    if (known && !of_row(fields.front()->name())) {
      return Field{kind, absl::StrJoin(fields, ".",
                                       [](std::string* path, const auto* field) { path->append(field->json_name()); })};
    }
    violations.Add("field", errors::kUnknownPath, {{"path", request.field()}});
    return violations.ToStatus();
  }
  violations.Add("name", errors::kBadName, {{"pattern", absl::StrJoin(patterns, ", ")}});
  return violations.ToStatus();
}

// Who reads by a share knows a row of the history h since a version that holds it was recorded, not since it was
// written; $4 the moment.
constexpr char kByThen[] =
    "(SELECT app_owner()) IS NOT NULL OR EXISTS (SELECT FROM version_items i JOIN versions v ON v.owner_id = "
    "i.owner_id "
    "AND v.framework_id = i.framework_id AND v.version_id = i.version_id WHERE i.owner_id = h.owner_id AND i.kind = "
    "h.kind AND i.resource = h.resource AND i.version = h.version AND v.create_time <= $4::timestamptz)";

}  // namespace

absl::Status ComparisonStore::ReadVersion(Call& call, db::Transaction& transaction, const std::string& name,
                                          FrameworkContent* content) const {
  v1::Version version;
  const absl::Status status = versions_.versions.Read(call, transaction, name, &version);
  if (absl::IsNotFound(status)) RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, name));
  RETURN_IF_ERROR(status);
  *content = {};
  if (version.state() == v1::VERSION_STATE_WITHDRAWN) return absl::OkStatus();
  return versions_.ReadContent(call, transaction, {.framework = FrameworkOf(name), .version_id = names::LastId(name)},
                               content);
}

absl::Status ComparisonStore::CompareVersions(Call& call, const v1::CompareVersionsRequest& request,
                                              v1::CompareVersionsResponse* response) const {
  FrameworkContent before;
  FrameworkContent after;
  const auto read = [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(ReadVersion(call, transaction, request.name(), &before));
    if (!request.to_version().empty()) return ReadVersion(call, transaction, request.to_version(), &after);
    return versions_.ReadContent(call, transaction, {.framework = FrameworkOf(request.name())}, &after);
  };
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, read));
  std::vector<v1::Change> changes = Compare(before, after);
  if (changes.size() > kMaxChanges) {
    return errors::Make(errors::kAnswerTooLarge, {{"field", "changes"}, {"limit", absl::StrCat(kMaxChanges)}});
  }
  response->Clear();
  size_t bytes = 0;
  for (v1::Change& change : changes) {
    bytes += change.ByteSizeLong();
    if (bytes > kMaxBytes) {
      return errors::Make(errors::kAnswerTooLarge,
                          {{"field", "changes"}, {"limit", absl::StrCat(response->changes_size())}});
    }
    response->add_changes()->Swap(&change);
  }
  return absl::OkStatus();
}

absl::Status ComparisonStore::ListFieldHistory(Call& call, const v1::ListFieldHistoryRequest& request,
                                               v1::ListFieldHistoryResponse* response) const {
  // $1 owner, $2 kind, $3 name, $4 moment.
  static const auto* const kKnown = new db::Statement{
      "field_history.known",
      absl::StrCat(
          "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0), EXISTS (SELECT FROM history h "
          "WHERE owner_id = $1 AND kind = $2 AND resource = $3 AND change_time <= $4::timestamptz AND (",
          kByThen, "))::int")};
  // The same, and $5 path, $6 the last version of the page before (NULL for the first page), $7 rows.
  static const auto* const kChanges = new db::Statement{
      "field_history.changes",
      absl::StrCat(
          "WITH known AS (SELECT version, change_time, principal, method, CASE WHEN NOT deleted THEN body #> "
          "string_to_array($5, '.') END AS value FROM history h WHERE owner_id = $1 AND kind = $2 AND resource = $3 "
          "AND change_time <= $4::timestamptz AND (",
          kByThen,
          ")), "
          "compared AS (SELECT *, lag(value) OVER (ORDER BY version) AS before FROM known) "
          "SELECT version, ",
          resource::Micros("change_time"),
          ", principal, method, value FROM compared WHERE value IS DISTINCT FROM before AND ($6::bigint IS NULL OR "
          "version < $6) ORDER BY version DESC LIMIT $7")};

  if (!request.valid_date().empty()) return errors::Make(errors::kUnimplemented, {{"what", "valid_date"}});
  ASSIGN_OR_RETURN(const Field field, FieldOf(request));
  std::optional<internal::v1::PageToken> position;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, page_tokens_.Read(request.page_token(), request));
  }
  const int page_size = RowsOfPage(request.page_size());
  std::vector<db::Param> params = {
      call.owner, field.kind, request.name(),
      request.has_read_time() ? db::Param::Time(ToTime(request.read_time())) : db::Param("infinity")};
  std::vector<db::Param> page_params = params;
  page_params.emplace_back(field.path);
  page_params.push_back(position ? db::Param(position->ordinal()) : db::Param(std::nullopt));
  // One more row than asked tells whether there is a next page.
  page_params.emplace_back(int64_t{page_size} + 1);

  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    ASSIGN_OR_RETURN(const db::Result known, transaction.Query(*kKnown, params));
    call.revision = known.Int(0, 0);
    if (known.Int(0, 1) == 0) {
      RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, request.name()));
      return errors::Make(errors::kResourceNotFound, {{"name", request.name()}});
    }
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kChanges, page_params));
    size_t bytes = 0;
    for (int row = 0; row < rows.size(); ++row) {
      if (row == page_size || bytes > kMaxPageBytes) {
        internal::v1::PageToken next;
        next.set_ordinal(rows.Int(row - 1, 0));
        response->set_next_page_token(page_tokens_.Make(next, request));
        break;
      }
      v1::FieldChange& change = *response->add_changes();
      change.set_etag(resource::EtagOf(rows.Int(row, 0)));
      *change.mutable_change_time() = ToTimestamp(rows.Time(row, 1));
      if (!rows.IsNull(row, 4)) change.set_value_json(rows.Text(row, 4));
      bytes += change.value_json().size();
      // Who works for another owner is not for others to know.
      if (!call.receivers.empty()) continue;
      change.set_principal(rows.Text(row, 2));
      change.set_method(rows.Text(row, 3));
    }
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::catalogue
