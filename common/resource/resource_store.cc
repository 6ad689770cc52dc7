#include "common/resource/resource_store.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/api/validate.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "google/api/field_behavior.pb.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/field_mask_util.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"

namespace regiokompas::resource {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;
// What one page may cost: clients receive 4 MiB by default, and a section alone may be 1 MiB.
constexpr int kMaxPageRows = 200;
constexpr size_t kMaxPageBytes = 2 << 20;
constexpr absl::Duration kRequestIdLifetime = absl::Hours(24);

// -- Fields by name; the contract check makes sure that requests have them
const FieldDescriptor* Find(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

std::string Text(const Message& message, const char* name) {
  const FieldDescriptor* field = Find(message, name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

void SetText(Message& message, const char* name, const std::string& value) {
  message.GetReflection()->SetString(&message, Find(message, name), value);
}

void SetTime(Message& message, const char* name, absl::Time time) {
  auto* field = message.GetReflection()->MutableMessage(&message, Find(message, name));
  *static_cast<google::protobuf::Timestamp*>(field) = ToTimestamp(time);
}

int32_t Ordinal(const Message& message) {
  const FieldDescriptor* field = Find(message, "ordinal");
  return field == nullptr ? 0 : message.GetReflection()->GetInt32(message, field);
}

// The field of a create or update request that carries the resource.
const FieldDescriptor* ResourceField(const Message& request, const Descriptor* resource) {
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request.GetDescriptor()->field(i);
    if (field->message_type() == resource && !field->is_repeated()) return field;
  }
  return nullptr;
}

// The id that a create request asks for: its one field that ends in _id and is not the request_id.
std::string RequestedId(const Message& request) {
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request.GetDescriptor()->field(i);
    if (absl::EndsWith(field->name(), "_id") && field->name() != "request_id") {
      return request.GetReflection()->GetString(request, field);
    }
  }
  return "";
}

std::optional<absl::Time> ReadTime(const Message& request) {
  const FieldDescriptor* field = Find(request, "read_time");
  if (field == nullptr || !request.GetReflection()->HasField(request, field)) return std::nullopt;
  return ToTime(static_cast<const google::protobuf::Timestamp&>(request.GetReflection()->GetMessage(request, field)));
}

// -- The stored body: the message without what the columns hold
absl::StatusOr<std::string> BodyOf(const Message& resource) {
  std::unique_ptr<Message> body(resource.New());
  body->CopyFrom(resource);
  for (const char* name : {"name", "create_time", "update_time", "etag"}) {
    body->GetReflection()->ClearField(body.get(), Find(*body, name));
  }
  std::string json;
  if (auto status = google::protobuf::util::MessageToJsonString(*body, &json); !status.ok()) {
    return absl::InternalError(std::string(status.message()));
  }
  return json;
}

// Runs a write; a reference to what does not exist is told with the name of the resource that holds it.
absl::StatusOr<db::Result> Write(db::Transaction& transaction, const db::Statement& statement,
                                 const std::vector<db::Param>& params, const std::string& name) {
  absl::StatusOr<db::Result> rows = transaction.Query(statement, params);
  if (errors::ReasonOf(rows.status()) == errors::kReferenceMissing.reason) {
    return errors::Make(errors::kReferenceMissing, {{"name", name}});
  }
  return rows;
}

// 17 of "v17", or -1 for what is not an etag of ours.
int64_t VersionOf(const std::string& etag) {
  absl::string_view text = etag;
  int64_t version = 0;
  const bool ours =
      absl::ConsumePrefix(&text, "\"v") && absl::ConsumeSuffix(&text, "\"") && absl::SimpleAtoi(text, &version);
  return ours ? version : -1;
}

std::vector<std::string> KeyColumns(const names::Pattern& pattern) {
  std::vector<std::string> columns;
  if (!pattern.HasOwner()) columns.emplace_back("owner_id");
  for (const std::string& variable : pattern.variables()) columns.push_back(absl::StrCat(variable, "_id"));
  return columns;
}

}  // namespace

std::string EtagOf(int64_t version) { return absl::StrCat("\"v", version, "\""); }

std::string Micros(absl::string_view column) {
  return absl::StrCat("(extract(epoch FROM ", column, ") * 1000000)::bigint");
}

absl::Status Fill(const std::string& name, const std::string& body, int64_t version, absl::Time created,
                  absl::Time updated, Message* resource) {
  resource->Clear();
  // A newer release may have stored fields that this one does not know, during a rolling update.
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  if (auto status = google::protobuf::util::JsonStringToMessage(body, resource, options); !status.ok()) {
    return absl::InternalError(std::string(status.message()));
  }
  SetText(*resource, "name", name);
  SetText(*resource, "etag", EtagOf(version));
  SetTime(*resource, "create_time", created);
  SetTime(*resource, "update_time", updated);
  return absl::OkStatus();
}

// The SQL of one resource. Parameters of reads: the key in the order of its columns, then what is named at the
// statement.
ResourceStore::Statements ResourceStore::Compose(const ResourceSpec& spec, const std::vector<std::string>& keys) {
  const std::string kind = spec.kind;
  const std::string table = spec.table;
  const size_t n = keys.size();

  std::vector<std::string> key_matches;
  for (size_t i = 0; i < n; ++i) key_matches.push_back(absl::StrCat("t.", keys[i], " = $", i + 1));
  const std::string by_key = absl::StrJoin(key_matches, " AND ");

  const std::string head =
      "(SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0) AS sequence) AS head";
  const std::string row = absl::StrCat("t.version, ", Micros("t.create_time"), " AS created, ", Micros("t.update_time"),
                                       " AS updated, t.body");

  Statements s;
  // One statement, so that the revision and the row are of one moment: a row of nulls means that there is none.
  s.get = {kind + ".get",
           absl::StrCat("SELECT head.sequence, r.version, r.created, r.updated, r.body FROM ", head,
                        " LEFT JOIN LATERAL (SELECT ", row, " FROM ", table, " t WHERE ", by_key, ") r ON true")};
  // Keys never change, so this does not stand in the way of foreign key checks.
  s.lock = {kind + ".lock", absl::StrCat("SELECT (SELECT sequence FROM change_heads WHERE owner_id = $1), ", row,
                                         " FROM ", table, " t WHERE ", by_key, " FOR NO KEY UPDATE")};

  // As-of reads ask the history: $1 owner, $2 name, $3 moment.
  const std::string past = absl::StrCat("h.version, ", Micros("h.create_time"), " AS created, ",
                                        Micros("h.change_time"), " AS updated, h.body");
  s.get_at = {
      kind + ".get_at",
      absl::StrCat("SELECT head.sequence, r.version, r.created, r.updated, r.body FROM ", head,
                   " LEFT JOIN LATERAL (SELECT ", past,
                   ", h.deleted FROM history h WHERE h.owner_id = $1 AND h.kind = '", kind,
                   "' AND h.resource = $2 AND h.change_time <= $3::timestamptz ORDER BY h.version DESC LIMIT 1) r "
                   "ON NOT r.deleted")};
  // The same, and $4 the day: of what was adopted by several frameworks, what was decided last. The index of the names
  // has another collation than what a function gives.
  const std::string adopted = spec.adopted == nullptr ? "" : spec.adopted;
  s.get_adopted = {
      kind + ".get_adopted",
      absl::StrCat("SELECT head.sequence, r.version, r.created, r.updated, r.body FROM ", head,
                   " LEFT JOIN LATERAL (SELECT ", past, " FROM ", adopted, "($1, $4, $3::timestamptz, '", kind,
                   "') h WHERE h.resource = $2 COLLATE \"C\" ORDER BY h.adopt_time DESC LIMIT 1) r ON true")};

  // Lists: $1 owner, $2…$n the other ids of the parent (NULL for any), then the ordinal and the ids of the last row of
  // the page before (NULL for the first page), then the number of rows.
  std::vector<std::string> conditions = {"t.owner_id = $1"};
  for (size_t i = 1; i + 1 < n; ++i) {
    conditions.push_back(absl::StrCat("($", i + 1, "::text IS NULL OR t.", keys[i], " = $", i + 1, ")"));
  }
  std::vector<std::string> order = {"t.ordinal"};
  std::vector<std::string> after = {absl::StrCat("$", n, "::integer")};
  std::vector<std::string> ids;
  for (size_t i = 1; i < n; ++i) {
    order.push_back(absl::StrCat("t.", keys[i]));
    after.push_back(absl::StrCat("$", n + i, "::text"));
    ids.push_back(absl::StrCat("t.", keys[i]));
  }
  conditions.push_back(absl::StrCat("($", n, "::integer IS NULL OR (", absl::StrJoin(order, ", "), ") > (",
                                    absl::StrJoin(after, ", "), "))"));
  const std::string id_columns = absl::StrJoin(ids, ", ");
  std::vector<std::string> outer_ids;
  for (size_t i = 1; i < n; ++i) outer_ids.push_back(absl::StrCat("r.", keys[i]));
  s.list = {kind + ".list",
            absl::StrCat("SELECT head.sequence, r.version, r.created, r.updated, r.body, r.ordinal, ",
                         absl::StrJoin(outer_ids, ", "), " FROM ", head, " LEFT JOIN LATERAL (SELECT ", row,
                         ", t.ordinal, ", id_columns, " FROM ", table, " t WHERE ", absl::StrJoin(conditions, " AND "),
                         " ORDER BY ", absl::StrJoin(order, ", "), " LIMIT $", 2 * n,
                         ") r ON true ORDER BY r.ordinal, ", absl::StrJoin(outer_ids, ", "))};

  // $1 owner, $2 LIKE pattern of the names, $3 moment, $4 ordinal and $5 name of the last row before (NULL for none),
  // $6 rows.
  const char* const rest =
      "($4::integer IS NULL OR (l.ordinal, l.resource) > ($4::integer, $5::text COLLATE \"C\")) ORDER BY l.ordinal, "
      "l.resource COLLATE \"C\" LIMIT $6) r ON true ORDER BY r.ordinal, r.resource COLLATE \"C\"";
  s.list_at = {
      kind + ".list_at",
      absl::StrCat(
          "SELECT head.sequence, r.version, r.created, r.updated, r.body, r.ordinal, r.resource FROM ", head,
          " LEFT JOIN LATERAL (SELECT * FROM (SELECT DISTINCT ON (h.resource) h.resource, h.ordinal, h.deleted, ", past,
          " FROM history h WHERE h.owner_id = $1 AND h.kind = '", kind,
          "' AND h.resource LIKE $2 AND h.change_time <= $3::timestamptz "
          "ORDER BY h.resource, h.version DESC) l WHERE NOT l.deleted AND ",
          rest)};
  // The same, and $7 the day.
  s.list_adopted = {
      kind + ".list_adopted",
      absl::StrCat("SELECT head.sequence, r.version, r.created, r.updated, r.body, r.ordinal, r.resource FROM ", head,
                   " LEFT JOIN LATERAL (SELECT * FROM (SELECT DISTINCT ON (h.resource) h.resource, h.ordinal, ", past,
                   " FROM ", adopted, "($1, $7, $3::timestamptz, '", kind,
                   "') h WHERE h.resource LIKE $2 ORDER BY h.resource, h.adopt_time DESC) l WHERE ", rest)};

  // Writes: the key, then name, version, moment, ordinal, body, principal, method, then the extra columns. The row, its
  // history, the owner's sequence and the change are one statement.
  const size_t name = n + 1, version = n + 2, moment = n + 3, ordinal = n + 4, body = n + 5, principal = n + 6,
               method = n + 7;
  std::vector<std::string> columns = keys;
  std::vector<std::string> values;
  for (size_t i = 1; i <= n; ++i) values.push_back(absl::StrCat("$", i));
  std::vector<std::string> assignments;
  for (size_t i = 0; i < spec.columns.size(); ++i) {
    columns.emplace_back(spec.columns[i].column);
    values.push_back(absl::StrCat("$", n + 8 + i));
    assignments.push_back(absl::StrCat(spec.columns[i].column, " = $", n + 8 + i, ", "));
  }
  const auto log = [&](const char* deleted) {
    return absl::StrCat(
        ", head AS (UPDATE change_heads SET sequence = sequence + 1 FROM written WHERE owner_id = $1 RETURNING "
        "sequence)"
        ", kept AS (INSERT INTO history (owner_id, kind, resource, version, ordinal, change_time, create_time, "
        "principal, method, body, deleted) SELECT $1, '",
        kind, "', $", name, ", $", version, "::bigint, $", ordinal, "::integer, $", moment,
        "::timestamptz, written.create_time, $", principal, ", $", method, ", $", body, "::jsonb, ", deleted,
        " FROM written)"
        ", logged AS (INSERT INTO changes (owner_id, sequence, item, kind, resource, version, change_time) SELECT $1, "
        "head.sequence, 1, '",
        kind, "', $", name, ", $", version, "::bigint, $", moment, "::timestamptz FROM head) SELECT head.sequence, ",
        Micros("written.create_time"), " FROM head, written");
  };
  s.insert = {
      kind + ".insert",
      absl::StrCat("WITH written AS (INSERT INTO ", table, " (", absl::StrJoin(columns, ", "),
                   ", version, create_time, update_time, ordinal, body) VALUES (", absl::StrJoin(values, ", "), ", $",
                   version, "::bigint, $", moment, "::timestamptz, $", moment, "::timestamptz, $", ordinal,
                   "::integer, $", body, "::jsonb) ON CONFLICT DO NOTHING RETURNING create_time)", log("false"))};
  s.replace = {kind + ".replace",
               absl::StrCat("WITH written AS (UPDATE ", table, " t SET ", absl::StrJoin(assignments, ""), "version = $",
                            version, "::bigint, update_time = $", moment, "::timestamptz, ordinal = $", ordinal,
                            "::integer, body = $", body, "::jsonb WHERE ", by_key, " AND t.version = $", version,
                            "::bigint - 1 RETURNING t.create_time)", log("false"))};
  s.drop = {kind + ".drop",
            absl::StrCat("WITH written AS (DELETE FROM ", table, " t WHERE ", by_key, " AND t.version = $", version,
                         "::bigint - 1 RETURNING t.create_time)", log("true"))};
  return s;
}

ResourceStore::ResourceStore(ResourceSpec spec, db::Pool& pool, const api::PageTokens& page_tokens)
    : spec_(std::move(spec)),
      pattern_(names::Pattern::Of(spec_.message)),
      keys_(KeyColumns(pattern_)),
      statements_(Compose(spec_, keys_)),
      pool_(pool),
      page_tokens_(page_tokens) {}

std::vector<std::string> ResourceStore::KeyOf(const std::vector<std::string>& ids) const {
  std::vector<std::string> key;
  if (!pattern_.HasOwner()) key.emplace_back(names::kCountry);
  key.insert(key.end(), ids.begin(), ids.end());
  return key;
}

std::vector<std::string> ResourceStore::KeyOfName(const std::string& name) const {
  const auto ids = pattern_.Parse(name);
  return ids ? KeyOf(*ids) : std::vector<std::string>();
}

absl::Status ResourceStore::ReadWith(Call& call, db::Transaction& transaction, const db::Statement& statement,
                                     const std::vector<db::Param>& params, const std::string& name,
                                     Message* resource) const {
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(statement, params));
  if (rows.size() > 0 && rows.Int(0, 0) > 0) call.revision = rows.Int(0, 0);
  if (rows.size() == 0 || rows.IsNull(0, 1)) return errors::Make(errors::kResourceNotFound, {{"name", name}});
  return Fill(name, rows.Text(0, 4), rows.Int(0, 1), rows.Time(0, 2), rows.Time(0, 3), resource);
}

absl::Status ResourceStore::Read(Call& call, db::Transaction& transaction, const std::string& name,
                                 Message* resource) const {
  const std::vector<std::string> key = KeyOfName(name);
  if (key.empty()) return errors::Make(errors::kResourceNotFound, {{"name", name}});
  return ReadWith(call, transaction, statements_.get, {key.begin(), key.end()}, name, resource);
}

absl::Status ResourceStore::Lock(Call& call, db::Transaction& transaction, const std::string& name,
                                 Message* resource) const {
  const std::vector<std::string> key = KeyOfName(name);
  if (key.empty()) return errors::Make(errors::kResourceNotFound, {{"name", name}});
  return ReadWith(call, transaction, statements_.lock, {key.begin(), key.end()}, name, resource);
}

absl::Status ResourceStore::LockFor(Call& call, db::Transaction& transaction, const Message& request,
                                    Message* resource) const {
  const std::string name = Text(request, "name");
  RETURN_IF_ERROR(Lock(call, transaction, name, resource));
  const std::string etag = Text(request, "etag");
  return etag.empty() || etag == Text(*resource, "etag") ? absl::OkStatus()
                                                         : errors::Make(errors::kEtagMismatch, {{"name", name}});
}

absl::StatusOr<ResourceStore::Moments> ResourceStore::MomentsOf(const Call& call, const Message& request) const {
  Moments moments{.known = ReadTime(request), .day = Text(request, "valid_date")};
  const bool shared = !call.receivers.empty();
  if (shared && spec_.scope == nullptr) return Forbidden(call);
  const bool shared_past = shared && (moments.known || !spec_.shared_as_it_stands);
  moments.adopted = spec_.adopted != nullptr && (shared_past || !moments.day.empty());
  if (moments.adopted) return moments;
  if (!moments.day.empty()) return errors::Make(errors::kUnimplemented, {{"what", "valid_date"}});
  if (shared && moments.known) return errors::Make(errors::kPastNotShared);
  return moments;
}

namespace {

// Without read_time all that is known counts, also what was written at this very moment.
db::Param KnownParam(const std::optional<absl::Time>& known) {
  return known ? db::Param::Time(*known) : db::Param("infinity");
}

db::Param TextOrNull(const std::string& text) { return text.empty() ? db::Param(std::nullopt) : db::Param(text); }

}  // namespace

absl::Status ResourceStore::GetOne(Call& call, db::Transaction& transaction, const Moments& moments,
                                   const std::string& name, Message* resource) const {
  if (moments.IsNow()) return Read(call, transaction, name, resource);
  std::vector<db::Param> params = {call.owner, name, KnownParam(moments.known)};
  if (moments.adopted) params.push_back(TextOrNull(moments.day));
  return ReadWith(call, transaction, moments.adopted ? statements_.get_adopted : statements_.get_at, params, name,
                  resource);
}

absl::Status ResourceStore::Get(Call& call, const Message& request, Message* response) const {
  const std::string name = Text(request, "name");
  ASSIGN_OR_RETURN(const Moments moments, MomentsOf(call, request));
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    absl::Status status = GetOne(call, transaction, moments, name, response);
    if (absl::IsNotFound(status)) RETURN_IF_ERROR(RequireShare(call, transaction, spec_.scope, name));
    return status;
  });
}

absl::Status ResourceStore::BatchGet(Call& call, const Message& request, Message* response) const {
  ASSIGN_OR_RETURN(const Moments moments, MomentsOf(call, request));
  const std::string parent = Text(request, "parent");
  const FieldDescriptor* names = Find(request, "names");
  const int count = request.GetReflection()->FieldSize(request, names);
  errors::Violations violations;
  for (int i = 0; i < count; ++i) {
    const auto ids = pattern_.Parse(request.GetReflection()->GetRepeatedString(request, names, i));
    if (!ids || pattern_.Parent().Format({ids->begin(), ids->end() - 1}) != parent) {
      violations.Add(absl::StrCat("names[", i, "]"), errors::kWrongParent);
    }
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    const FieldDescriptor* items = response->GetDescriptor()->FindFieldByNumber(1);
    for (int i = 0; i < count; ++i) {
      const std::string name = request.GetReflection()->GetRepeatedString(request, names, i);
      const absl::Status status =
          GetOne(call, transaction, moments, name, response->GetReflection()->AddMessage(response, items));
      if (absl::IsNotFound(status)) RETURN_IF_ERROR(RequireShare(call, transaction, spec_.scope, name));
      RETURN_IF_ERROR(status);
    }
    return absl::OkStatus();
  });
}

absl::Status ResourceStore::List(Call& call, const Message& request, Message* response) const {
  ASSIGN_OR_RETURN(const Moments moments, MomentsOf(call, request));
  const names::Pattern parent_pattern = pattern_.Parent();
  const auto parent = parent_pattern.Parse(Text(request, "parent"), /*wildcards=*/true);
  if (!parent) return errors::Make(errors::kResourceNotFound, {{"name", Text(request, "parent")}});

  std::optional<internal::v1::PageToken> position;
  if (const std::string token = Text(request, "page_token"); !token.empty()) {
    ASSIGN_OR_RETURN(position, page_tokens_.Read(token, request));
    // A page of the table ends with ids, one of the history with a name: who reads now as the owner, and now by a
    // share, begins anew.
    const size_t ids = moments.IsNow() ? keys_.size() - 1 : 1;
    if (static_cast<size_t>(position->ids_size()) != ids ||
        absl::StrContains(position->ids(0), '/') == moments.IsNow()) {
      errors::Violations violations;
      violations.Add("page_token", errors::kBadPageToken);
      return violations.ToStatus();
    }
  }
  const int asked = request.GetReflection()->GetInt32(request, Find(request, "page_size"));
  // A page may hold fewer than asked for; its token leads on.
  const int page_size = std::min(asked == 0 ? kDefaultPageSize : std::min(asked, kMaxPageSize), kMaxPageRows);

  const size_t n = keys_.size();
  std::vector<db::Param> params;
  if (!moments.IsNow()) {
    std::vector<std::string> like = *parent;
    like.emplace_back("-");
    for (std::string& id : like) {
      if (id == "-") id = "%";
    }
    params = {call.owner, pattern_.Format(like), KnownParam(moments.known)};
    params.push_back(position ? db::Param(position->ordinal()) : db::Param(std::nullopt));
    params.push_back(position ? db::Param(position->ids(0)) : db::Param(std::nullopt));
  } else {
    for (const std::string& id : KeyOf(*parent)) {
      params.push_back(id == "-" ? db::Param(std::nullopt) : db::Param(id));
    }
    params.push_back(position ? db::Param(position->ordinal()) : db::Param(std::nullopt));
    for (size_t i = 1; i < n; ++i) {
      params.push_back(position ? db::Param(position->ids(static_cast<int>(i) - 1)) : db::Param(std::nullopt));
    }
  }
  // One more row than asked tells whether there is a next page.
  params.emplace_back(int64_t{page_size} + 1);
  if (moments.adopted) params.push_back(TextOrNull(moments.day));
  const db::Statement& statement = moments.IsNow()   ? statements_.list
                                   : moments.adopted ? statements_.list_adopted
                                                     : statements_.list_at;

  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(statement, params));
    call.revision = rows.Int(0, 0);
    if (rows.IsNull(0, 1)) RETURN_IF_ERROR(RequireShare(call, transaction, spec_.scope, Text(request, "parent")));
    const FieldDescriptor* items = response->GetDescriptor()->FindFieldByNumber(1);
    size_t bytes = 0;
    for (int i = 0; i < rows.size() && !rows.IsNull(i, 1); ++i) {
      // A row that does not fit ends the page; one alone always does.
      if (i == page_size || (i > 0 && bytes + rows.Text(i, 4).size() > kMaxPageBytes)) {
        internal::v1::PageToken next;
        next.set_ordinal(rows.Int(i - 1, 5));
        for (size_t id = 1; id < (moments.IsNow() ? n : 2); ++id)
          next.add_ids(rows.Text(i - 1, 5 + static_cast<int>(id)));
        SetText(*response, "next_page_token", page_tokens_.Make(next, request));
        break;
      }
      std::string name;
      if (!moments.IsNow()) {
        name = rows.Text(i, 6);
      } else {
        std::vector<std::string> ids;
        if (pattern_.HasOwner()) ids.push_back(call.owner);
        for (size_t id = 1; id < n; ++id) ids.push_back(rows.Text(i, 5 + static_cast<int>(id)));
        name = pattern_.Format(ids);
      }
      Message* item = response->GetReflection()->AddMessage(response, items);
      RETURN_IF_ERROR(Fill(name, rows.Text(i, 4), rows.Int(i, 1), rows.Time(i, 2), rows.Time(i, 3), item));
      bytes += rows.Text(i, 4).size();
    }
    return absl::OkStatus();
  });
}

absl::Status ResourceStore::CheckRules(Call& call, db::Transaction& transaction, const Message* before,
                                       Message& resource) const {
  if (spec_.resolve) RETURN_IF_ERROR(spec_.resolve(call, transaction, before, resource));
  errors::Violations violations;
  if (spec_.check) spec_.check(resource, violations);
  return violations.ToStatus();
}

std::vector<db::Param> ResourceStore::WriteParams(Call& call, const std::string& name, const Message& resource) const {
  std::vector<db::Param> params;
  for (const std::string& id : KeyOfName(name)) params.emplace_back(id);
  params.emplace_back(name);
  params.emplace_back(std::nullopt);  // the version, set by the caller
  params.push_back(db::Param::Time(call.moment));
  params.emplace_back(int64_t{Ordinal(resource)});
  params.emplace_back(std::nullopt);  // the body, set by the caller
  params.emplace_back(call.principal.Id());
  params.emplace_back(call.method);
  for (const Column& column : spec_.columns) {
    const std::string value = Text(resource, column.field);
    if (value.empty()) {
      params.emplace_back(std::nullopt);
    } else {
      params.emplace_back(column.last_id ? names::LastId(value) : value);
    }
  }
  return params;
}

absl::Status ResourceStore::Insert(Call& call, db::Transaction& transaction, const std::string& name,
                                   Message* resource) const {
  SetText(*resource, "name", name);
  RETURN_IF_ERROR(CheckRules(call, transaction, nullptr, *resource));
  std::vector<db::Param> params = WriteParams(call, name, *resource);
  const size_t n = keys_.size();
  ASSIGN_OR_RETURN(const std::string body, BodyOf(*resource));
  params[n + 1] = db::Param(int64_t{1});
  params[n + 4] = db::Param(body);
  const absl::StatusOr<db::Result> written = Write(transaction, statements_.insert, params, name);
  // The history knows it: it was dropped, and an id is never used again.
  if (absl::IsAlreadyExists(written.status())) return errors::Make(errors::kResourceExists, {{"name", name}});
  ASSIGN_OR_RETURN(const db::Result rows, written);
  if (rows.size() == 0) {
    std::unique_ptr<Message> present(resource->New());
    const bool same_name = Read(call, transaction, name, present.get()).ok();
    return errors::Make(same_name ? errors::kResourceExists : errors::kResourceDuplicate, {{"name", name}});
  }
  call.revision = rows.Int(0, 0);
  const absl::Time created = rows.Time(0, 1);
  return Fill(name, body, 1, created, created, resource);
}

absl::Status ResourceStore::Replace(Call& call, db::Transaction& transaction, const Message& before,
                                    Message* resource) const {
  RETURN_IF_ERROR(CheckRules(call, transaction, &before, *resource));
  const std::string name = Text(*resource, "name");
  const int64_t version = VersionOf(Text(*resource, "etag"));
  std::vector<db::Param> params = WriteParams(call, name, *resource);
  const size_t n = keys_.size();
  ASSIGN_OR_RETURN(const std::string body, BodyOf(*resource));
  params[n + 1] = db::Param(version + 1);
  params[n + 4] = db::Param(body);
  ASSIGN_OR_RETURN(const db::Result rows, Write(transaction, statements_.replace, params, name));
  if (rows.size() == 0) return errors::Make(errors::kEtagMismatch, {{"name", name}});
  call.revision = rows.Int(0, 0);
  return Fill(name, body, version + 1, rows.Time(0, 1), call.moment, resource);
}

absl::Status ResourceStore::Create(Call& call, const Message& request, Message* response) const {
  return RunWrite(call, pool_, request, response, [&](db::Transaction& transaction) -> absl::Status {
    std::vector<std::string> ids =
        pattern_.Parent().Parse(Text(request, "parent")).value_or(std::vector<std::string>());
    ids.push_back(RequestedId(request));
    if (!IsId(ids.back())) {
      errors::Violations violations;
      violations.Add(absl::StrCat(pattern_.variables().back(), "_id"), errors::kBadId);
      return violations.ToStatus();
    }
    response->CopyFrom(request.GetReflection()->GetMessage(request, ResourceField(request, spec_.message)));
    api::ClearOutputOnly(*response);
    if (spec_.initialise) spec_.initialise(*response);
    return Insert(call, transaction, pattern_.Format(ids), response);
  });
}

absl::Status ResourceStore::BatchCreate(Call& call, const Message& request, Message* response) const {
  return RunWrite(call, pool_, request, response, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    const std::string parent = Text(request, "parent");
    const FieldDescriptor* items = Find(request, "requests");
    const FieldDescriptor* answers = response->GetDescriptor()->FindFieldByNumber(1);
    const google::protobuf::Reflection& reflection = *request.GetReflection();
    errors::Violations violations;
    for (int i = 0; i < reflection.FieldSize(request, items); ++i) {
      const Message& item = reflection.GetRepeatedMessage(request, items, i);
      const std::string path = absl::StrCat("requests[", i, "].");
      if (const std::string own = Text(item, "parent"); !own.empty() && own != parent) {
        violations.Add(absl::StrCat(path, "parent"), errors::kWrongParent);
      }
      if (!IsId(RequestedId(item))) {
        violations.Add(absl::StrCat(path, pattern_.variables().back(), "_id"), errors::kBadId);
      }
    }
    RETURN_IF_ERROR(violations.ToStatus());
    for (int i = 0; i < reflection.FieldSize(request, items); ++i) {
      const Message& item = reflection.GetRepeatedMessage(request, items, i);
      std::vector<std::string> ids = pattern_.Parent().Parse(parent).value_or(std::vector<std::string>());
      ids.push_back(RequestedId(item));
      Message* created = response->GetReflection()->AddMessage(response, answers);
      created->CopyFrom(item.GetReflection()->GetMessage(item, ResourceField(item, spec_.message)));
      api::ClearOutputOnly(*created);
      if (spec_.initialise) spec_.initialise(*created);
      RETURN_IF_ERROR(Insert(call, transaction, pattern_.Format(ids), created));
    }
    return absl::OkStatus();
  });
}

absl::Status ResourceStore::ApplyMask(const Message& update, const Message& request, Message* resource) const {
  const auto& mask =
      static_cast<const FieldMask&>(request.GetReflection()->GetMessage(request, Find(request, "update_mask")));
  const auto fixed = [](const FieldDescriptor* field) {
    const auto& options = field->options();
    for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
      const auto behavior = options.GetExtension(google::api::field_behavior, i);
      if (behavior == google::api::OUTPUT_ONLY || behavior == google::api::IDENTIFIER ||
          behavior == google::api::IMMUTABLE) {
        return true;
      }
    }
    return field->name() == "etag";
  };
  FieldMask effective;
  errors::Violations violations;
  const bool all = mask.paths_size() == 1 && mask.paths(0) == "*";
  if (mask.paths_size() == 0 || all) {
    for (int i = 0; i < spec_.message->field_count(); ++i) {
      const FieldDescriptor* field = spec_.message->field(i);
      if (fixed(field)) continue;
      const bool filled = field->is_repeated() ? update.GetReflection()->FieldSize(update, field) > 0
                                               : update.GetReflection()->HasField(update, field);
      if (all || filled) effective.add_paths(field->name());
    }
  } else {
    for (const std::string& path : mask.paths()) {
      std::vector<const FieldDescriptor*> fields;
      if (!FieldMaskUtil::GetFieldDescriptors(spec_.message, path, &fields) || fixed(fields.front())) {
        violations.Add("update_mask", errors::kUnknownPath, {{"path", path}});
      } else {
        effective.add_paths(path);
      }
    }
  }
  RETURN_IF_ERROR(violations.ToStatus());
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(update, effective, options, resource);
  return absl::OkStatus();
}

absl::Status ResourceStore::Update(Call& call, const Message& request, Message* response) const {
  const Message& update = request.GetReflection()->GetMessage(request, ResourceField(request, spec_.message));
  const std::string name = Text(update, "name");
  return RunWrite(call, pool_, request, response, [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(Lock(call, transaction, name, response));
    const std::string etag = Text(update, "etag");
    if (!etag.empty() && etag != Text(*response, "etag")) return errors::Make(errors::kEtagMismatch, {{"name", name}});
    std::unique_ptr<Message> before(response->New());
    before->CopyFrom(*response);
    RETURN_IF_ERROR(ApplyMask(update, request, response));
    RETURN_IF_ERROR(api::RequireFields(*response));
    // An update that changes nothing makes no version.
    if (google::protobuf::util::MessageDifferencer::Equals(*before, *response)) return absl::OkStatus();
    return Replace(call, transaction, *before, response);
  });
}

absl::Status ResourceStore::Delete(Call& call, const Message& request) const {
  const std::string name = Text(request, "name");
  google::protobuf::Empty response;
  return RunWrite(call, pool_, request, &response, [&](db::Transaction& transaction) -> absl::Status {
    std::unique_ptr<Message> resource(
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(spec_.message)->New());
    RETURN_IF_ERROR(LockFor(call, transaction, request, resource.get()));
    std::vector<db::Param> params = WriteParams(call, name, *resource);
    params.erase(params.begin() + static_cast<std::ptrdiff_t>(keys_.size()) + 7, params.end());
    ASSIGN_OR_RETURN(const std::string body, BodyOf(*resource));
    params[keys_.size() + 1] = db::Param(VersionOf(Text(*resource, "etag")) + 1);
    params[keys_.size() + 4] = db::Param(body);
    const absl::StatusOr<db::Result> rows = transaction.Query(statements_.drop, params);
    if (errors::ReasonOf(rows.status()) == errors::kReferenceMissing.reason) {
      return errors::Make(errors::kResourceInUse, {{"name", name}});
    }
    RETURN_IF_ERROR(rows.status());
    call.revision = rows->Int(0, 0);
    return absl::OkStatus();
  });
}

namespace {

// What identifies a repeated call: its owner, caller, method and request_id.
std::vector<db::Param> RequestKey(const Call& call, const Message& request) {
  return {call.owner, call.principal.Id(), call.method, Text(request, "request_id")};
}

absl::StatusOr<bool> ReadAnswer(Call& call, db::Transaction& transaction, const Message& request, Message* response) {
  static const auto* const kStored = new db::Statement{
      "request_id.stored",
      "SELECT fingerprint, response, revision FROM request_ids WHERE owner_id = $1 AND principal = $2 AND method = $3 "
      "AND request_id = $4 AND expire_time >= $5::timestamptz"};
  std::vector<db::Param> params = RequestKey(call, request);
  params.push_back(db::Param::Time(call.clock.Now()));
  ASSIGN_OR_RETURN(const db::Result stored, transaction.Query(*kStored, params));
  if (stored.size() == 0 || stored.IsNull(0, 1)) return false;
  if (stored.Text(0, 0) != Sha256Hex(StableBytes(request))) return errors::Make(errors::kRequestIdReused);
  call.revision = stored.Int(0, 2);
  if (!response->ParseFromString(stored.Bytes(0, 1))) return absl::InternalError("a stored answer does not parse");
  return true;
}

}  // namespace

absl::Status RequireShare(Call& call, db::Transaction& transaction, const char* scope, absl::string_view name) {
  if (call.receivers.empty()) return absl::OkStatus();
  static const auto* const kCovered = new db::Statement{
      "share.covers",
      "SELECT EXISTS (SELECT FROM shares_in_force WHERE owner_id = $1 AND (scope_id IN ($2 || '/-', $3) OR ($3 = '' "
      "AND scope_id LIKE $2 || '/%')))::int, coalesce(shares_known(), false)::int"};
  const std::vector<std::string> parts = absl::StrSplit(name, '/');  // owners/GM0677/frameworks/kader-1/…
  const bool whole = parts.size() < 4 || parts[3] == "-";
  const bool elsewhere = !whole && parts[2] != scope;
  ASSIGN_OR_RETURN(const db::Result covered,
                   transaction.Query(*kCovered, {call.owner, scope, whole ? "" : absl::StrCat(scope, "/", parts[3])}));
  if (covered.Int(0, 0) == 1 && !elsewhere) return absl::OkStatus();
  // A revision would tell that there is something.
  call.revision = 0;
  return covered.Int(0, 1) == 1 ? Forbidden(call) : errors::MakeRetryable(errors::kSharesBehind);
}

absl::Status RequireNow(const Message& request) {
  if (!Text(request, "valid_date").empty()) return errors::Make(errors::kUnimplemented, {{"what", "valid_date"}});
  return ReadTime(request) ? errors::Make(errors::kUnimplemented, {{"what", "read_time"}}) : absl::OkStatus();
}

absl::StatusOr<bool> FindAnswer(Call& call, db::Pool& pool, const Message& request, Message* response) {
  bool found = false;
  RETURN_IF_ERROR(pool.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, ReadAnswer(call, transaction, request, response));
    return absl::OkStatus();
  }));
  return found;
}

absl::Status RunWrite(Call& call, db::Pool& pool, const Message& request, Message* response,
                      absl::FunctionRef<absl::Status(db::Transaction&)> work) {
  // Locks the owner's head first: an owner's writes come one after another, each at a later moment than the last,
  // whatever the clocks of replicas say. A second call with the same id waits here until the first has ended.
  static const auto* const kBegin = new db::Statement{
      "request_id.begin",
      "WITH head AS (INSERT INTO change_heads (owner_id, sequence, change_time) VALUES ($1, 0, $7) ON CONFLICT "
      "(owner_id) DO "
      "UPDATE SET change_time = greatest(change_heads.change_time + interval '1 microsecond', excluded.change_time) "
      "RETURNING change_time), "
      "begun AS (INSERT INTO request_ids (owner_id, principal, method, request_id, fingerprint, expire_time) "
      "SELECT $1, $2, $3, $4::uuid, $5, $6::timestamptz FROM head ON CONFLICT (owner_id, principal, method, "
      "request_id) DO "
      "UPDATE SET fingerprint = excluded.fingerprint, expire_time = excluded.expire_time, response = NULL "
      "WHERE request_ids.expire_time < $7::timestamptz RETURNING 1) "
      "SELECT (extract(epoch FROM head.change_time) * 1000000)::bigint, (SELECT count(*) FROM begun) FROM head"};
  static const auto* const kFinish = new db::Statement{
      "request_id.finish",
      "WITH purged AS (DELETE FROM request_ids WHERE owner_id = $1 AND expire_time < $7::timestamptz) "
      "UPDATE request_ids SET response = $5, revision = $6 "
      "WHERE owner_id = $1 AND principal = $2 AND method = $3 AND request_id = $4"};

  const auto with = [key = RequestKey(call, request)](std::initializer_list<db::Param> more) {
    std::vector<db::Param> params = key;
    params.insert(params.end(), more);
    return params;
  };
  return pool.Run(call, db::Access::kReadWrite, [&](db::Transaction& transaction) -> absl::Status {
    const absl::Time now = call.clock.Now();
    ASSIGN_OR_RETURN(const db::Result begun, transaction.Query(*kBegin, with({Sha256Hex(StableBytes(request)),
                                                                              db::Param::Time(now + kRequestIdLifetime),
                                                                              db::Param::Time(now)})));
    call.moment = begun.Time(0, 0);
    if (begun.Int(0, 1) == 0) {
      ASSIGN_OR_RETURN(const bool found, ReadAnswer(call, transaction, request, response));
      return found ? absl::OkStatus() : errors::Make(errors::kConflict);
    }
    response->Clear();
    RETURN_IF_ERROR(work(transaction));
    return transaction
        .Query(*kFinish, with({db::Param::Bytes(response->SerializeAsString()), call.revision, db::Param::Time(now)}))
        .status();
  });
}

absl::Status RunOwnWrite(Call& call, db::Pool& pool, absl::FunctionRef<absl::Status(db::Transaction&)> work) {
  static const auto* const kBegin = new db::Statement{
      "own_write.begin",
      "INSERT INTO change_heads (owner_id, sequence, change_time) VALUES ($1, 0, $2) ON CONFLICT (owner_id) DO UPDATE "
      "SET change_time = greatest(change_heads.change_time + interval '1 microsecond', excluded.change_time) "
      "RETURNING (extract(epoch FROM change_time) * 1000000)::bigint"};
  return pool.Run(call, db::Access::kReadWrite, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result begun,
                     transaction.Query(*kBegin, {call.owner, db::Param::Time(call.clock.Now())}));
    call.moment = begun.Time(0, 0);
    return work(transaction);
  });
}

}  // namespace regiokompas::resource
