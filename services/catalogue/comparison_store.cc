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

// What was written: rows of the history. $1 owner, $2 kind, $3 name, $4 moment, $5 path. Nothing of it is ever valid,
// so only values tell one from the next.
constexpr char kWritten[] =
    "SELECT h.version AS place, h.version, NULL::boolean AS valid, h.change_time, h.principal, h.method, "
    "CASE WHEN NOT h.deleted THEN h.body #> string_to_array($5, '.') END AS value "
    "FROM history h WHERE h.owner_id = $1 AND h.kind = $2 AND h.resource = $3 AND h.change_time <= $4::timestamptz";

// What was valid on $8 a day, or without one what was adopted last, once each decision about it was recorded, of the
// frameworks that ever held the resource. There is no version and no value when nothing of it was. The index of the
// names has another collation than what a function gives.
constexpr char kDecided[] =
    "SELECT (extract(epoch FROM v.create_time) * 1000000)::bigint AS place, a.version, a.valid, "
    "v.create_time AS change_time, v.framework_id, v.version_id, a.body #> string_to_array($5, '.') AS value "
    "FROM versions v "
    "LEFT JOIN LATERAL (SELECT true AS valid, t.version, t.body FROM adopted($1, $8, v.create_time, $2) t "
    "WHERE t.resource = $3 COLLATE \"C\" ORDER BY t.adopt_time DESC LIMIT 1) a ON true "
    "WHERE v.owner_id = $1 AND v.create_time <= $4::timestamptz "
    "AND ($8::text IS NULL OR (v.from_date <= $8::text COLLATE \"C\" "
    "AND (v.until_date IS NULL OR $8::text COLLATE \"C\" < v.until_date))) "
    "AND EXISTS (SELECT FROM version_items i WHERE i.owner_id = $1 AND i.kind = $2 AND i.resource = $3 "
    "AND i.framework_id = v.framework_id)";

// Who made the changes of a page, and how.
struct Makers {
  const char* columns;
  const char* join;
};

constexpr Makers kWriters = {"r.principal, r.method", ""};
constexpr Makers kDeciders = {
    "h.principal, h.method",
    "LEFT JOIN history h ON h.owner_id = $1 AND h.kind = 'version' AND h.resource = 'owners/' "
    "|| $1 || '/frameworks/' || r.framework_id || '/versions/' || r.version_id "};
// Who works for another owner is not for others to know.
constexpr Makers kNobody = {"NULL, NULL", ""};

// A page of the changes of one of these, the newest first: $6 the place of the last one of the page before (NULL for
// the first page), $7 rows. Always gives a row: the revision, and whether the resource was known at all.
std::string Changes(const char* known, const Makers& makers) {
  return absl::StrCat(
      "WITH known AS (", known,
      "), compared AS (SELECT *, lag(value) OVER (ORDER BY place) AS value_before, "
      "lag(valid) OVER (ORDER BY place) AS valid_before FROM known) "
      "SELECT head.sequence, head.found, r.place, r.version, ",
      resource::Micros("r.change_time"), ", r.value, ", makers.columns,
      " FROM (SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0) AS sequence, "
      "EXISTS (SELECT FROM known WHERE version IS NOT NULL)::int AS found) head "
      "LEFT JOIN LATERAL (SELECT * FROM compared WHERE (valid, value) IS DISTINCT FROM (valid_before, value_before) "
      "AND ($6::bigint IS NULL OR place < $6) ORDER BY place DESC LIMIT $7) r ON true ",
      makers.join, "ORDER BY r.place DESC");
}

// Why there is no history: who may read a decision that holds the resource, for another moment or day, may know that it
// is there.
absl::Status Missing(Call& call, db::Transaction& transaction, const std::string& kind, const std::string& name) {
  static const auto* const kHeld = new db::Statement{
      "field_history.held", "SELECT 1 FROM version_items WHERE owner_id = $1 AND kind = $2 AND resource = $3 LIMIT 1"};
  ASSIGN_OR_RETURN(const db::Result held, transaction.Query(*kHeld, {call.owner, kind, name}));
  if (held.size() == 0) RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, name));
  return errors::Make(errors::kResourceNotFound, {{"name", name}});
}

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
  static const auto* const kByWriting = new db::Statement{"field_history.written", Changes(kWritten, kWriters)};
  static const auto* const kByDeciding = new db::Statement{"field_history.decided", Changes(kDecided, kDeciders)};
  static const auto* const kByAShare = new db::Statement{"field_history.shared", Changes(kDecided, kNobody)};

  ASSIGN_OR_RETURN(const Field field, FieldOf(request));
  std::optional<internal::v1::PageToken> position;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, page_tokens_.Read(request.page_token(), request));
  }
  const int page_size = RowsOfPage(request.page_size());
  std::vector<db::Param> params = {
      call.owner, field.kind, request.name(),
      request.has_read_time() ? db::Param::Time(ToTime(request.read_time())) : db::Param("infinity"), field.path,
      position ? db::Param(position->ordinal()) : db::Param(std::nullopt),
      // One more row than asked tells whether there is a next page.
      int64_t{page_size} + 1};
  // By a share only decisions are known, never when a draft was written.
  const bool shared = !call.receivers.empty();
  const bool by_writing = !shared && request.valid_date().empty();
  if (!by_writing) {
    params.push_back(request.valid_date().empty() ? db::Param(std::nullopt) : db::Param(request.valid_date()));
  }
  const db::Statement& statement = shared ? *kByAShare : by_writing ? *kByWriting : *kByDeciding;

  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(statement, params));
    call.revision = rows.Int(0, 0);
    if (rows.Int(0, 1) == 0) return Missing(call, transaction, field.kind, request.name());
    size_t bytes = 0;
    for (int row = 0; row < rows.size() && !rows.IsNull(row, 2); ++row) {
      if (row == page_size || bytes > kMaxPageBytes) {
        internal::v1::PageToken next;
        next.set_ordinal(rows.Int(row - 1, 2));
        response->set_next_page_token(page_tokens_.Make(next, request));
        break;
      }
      v1::FieldChange& change = *response->add_changes();
      if (!rows.IsNull(row, 3)) change.set_etag(resource::EtagOf(rows.Int(row, 3)));
      *change.mutable_change_time() = ToTimestamp(rows.Time(row, 4));
      if (!rows.IsNull(row, 5)) change.set_value_json(rows.Text(row, 5));
      bytes += change.value_json().size();
      if (!rows.IsNull(row, 6)) change.set_principal(rows.Text(row, 6));
      if (!rows.IsNull(row, 7)) change.set_method(rows.Text(row, 7));
    }
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::catalogue
