// The standard methods (AIP-131 to 135, 231, 233) over one table, for every resource alike.
//
// A resource is a message with a name pattern; its table holds the ids of the pattern as key columns, what is referred
// to or ordered by as columns of its own, and the message as jsonb. A service says what its resources are
// (ResourceSpec) and calls these methods; all SQL of resources is in resource_store.cc.
//
// Reference data have names without an owner (municipalities/gm0677). They are rows of the owner names::kCountry like
// any other's rows, so the only difference is in how a name becomes a key and back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/api/page_tokens.h"
#include "common/base/call.h"
#include "common/base/errors.h"
#include "common/db/database.h"
#include "common/names/resource_name.h"
#include "google/protobuf/message.h"

namespace regiokompas::resource {

// A column that repeats what a field says, so that SQL can join on it or keep it unique.
struct Column {
  const char* column;
  const char* field;
  // Store only the last id of the name in the field (a foreign key); else the field's text as it is.
  bool last_id = true;
};

struct ResourceSpec {
  const char* kind;   // activity: names statements, history and changes
  const char* table;  // activities
  const google::protobuf::Descriptor* message;
  std::vector<Column> columns;
  // Sets what only the service may set on a new resource, such as its first state. May be empty.
  std::function<void(google::protobuf::Message&)> initialise;
  // Rules that the contract's options can not say. Called with the whole resource, its name filled, before it is
  // stored. May be empty.
  std::function<void(const google::protobuf::Message&, errors::Violations&)> check;
  // Completes or refuses a resource by what else is stored, in the writing transaction, before `check`. `before` is the
  // version that an update changes, null for a new resource. May be empty.
  std::function<absl::Status(Call&, db::Transaction&, const google::protobuf::Message* before,
                             google::protobuf::Message&)>
      resolve = {};
  // What grants on it are about, when others may read it by a share: "frameworks" for a framework and what lies under
  // it. The policies of its table say which rows that are. Null: it is never shared.
  const char* scope = nullptr;
  // The SQL function (owner, day, moment, kind) that gives what was known at the moment to hold on the day, in the
  // columns of the history and with the adopt_time of each row; the day is null when none is asked. Reads with
  // valid_date and reads by a share ask it. Null: the resource is not adopted; then valid_date is UNIMPLEMENTED, and
  // shares show the table.
  const char* adopted = nullptr;
  // The table holds nothing but decisions, so its policy may show others what it holds now: reads by a share ask
  // `adopted` only for a moment or a day.
  bool shared_as_it_stands = false;
};

// Immutable after construction, thread-safe. The pool and the page tokens must outlive it.
class ResourceStore {
 public:
  using Message = google::protobuf::Message;

  ResourceStore(ResourceSpec spec, db::Pool& pool, const api::PageTokens& page_tokens);

  // `request` is the request of this RPC of the resource, already validated;
  // `response` the answer that its RPC declares. The fields that are read are those of the AIPs: name, parent,
  // page_size, page_token, read_time, x_id, x, requests, update_mask, request_id.
  absl::Status Get(Call& call, const Message& request, Message* response) const;
  absl::Status List(Call& call, const Message& request, Message* response) const;
  absl::Status Create(Call& call, const Message& request, Message* response) const;
  absl::Status BatchCreate(Call& call, const Message& request, Message* response) const;
  absl::Status Update(Call& call, const Message& request, Message* response) const;
  // BatchGet asks for `names` under one `parent`, in that order. Delete drops what stands now; the history keeps it.
  absl::Status BatchGet(Call& call, const Message& request, Message* response) const;
  absl::Status Delete(Call& call, const Message& request) const;

  // The same inside a transaction of the caller's, for methods that do more than one thing at once.
  // NOT_FOUND when it is missing; fills `resource` and call.revision.
  absl::Status Read(Call& call, db::Transaction& transaction, const std::string& name, Message* resource) const;
  // Like Read, and keeps others from changing it until the transaction ends.
  absl::Status Lock(Call& call, db::Transaction& transaction, const std::string& name, Message* resource) const;
  // The same for the `name` in a request, which may have the `etag` that the caller has seen: ABORTED when that is not
  // the current one.
  absl::Status LockFor(Call& call, db::Transaction& transaction, const Message& request, Message* resource) const;
  // Stores a new resource under `name`; ALREADY_EXISTS when it is there.
  absl::Status Insert(Call& call, db::Transaction& transaction, const std::string& name, Message* resource) const;
  // Stores the next version of a resource that Lock has read; fails with ABORTED when `resource` carries another etag.
  // `before` is what Lock has read.
  absl::Status Replace(Call& call, db::Transaction& transaction, const Message& before, Message* resource) const;

  const names::Pattern& pattern() const { return pattern_; }

 private:
  struct Statements {
    db::Statement get, get_at, get_adopted, lock, list, list_at, list_adopted, insert, replace, drop;
  };
  // What a read is about.
  struct Moments {
    std::optional<absl::Time> known;  // read_time
    std::string day;                  // valid_date
    bool adopted = false;             // ask what was adopted, and not what stands, or stood, in the table
    bool IsNow() const { return !known && !adopted; }
  };

  static Statements Compose(const ResourceSpec& spec, const std::vector<std::string>& keys);
  // The values of the key columns for the ids of a name, or of a parent's name.
  std::vector<std::string> KeyOf(const std::vector<std::string>& ids) const;
  // The same for a whole name; empty when it does not fit the pattern.
  std::vector<std::string> KeyOfName(const std::string& name) const;
  absl::Status ReadWith(Call& call, db::Transaction& transaction, const db::Statement& statement,
                        const std::vector<db::Param>& params, const std::string& name, Message* resource) const;
  absl::StatusOr<Moments> MomentsOf(const Call& call, const Message& request) const;
  absl::Status GetOne(Call& call, db::Transaction& transaction, const Moments& moments, const std::string& name,
                      Message* resource) const;
  absl::Status CheckRules(Call& call, db::Transaction& transaction, const Message* before, Message& resource) const;
  std::vector<db::Param> WriteParams(Call& call, const std::string& name, const Message& resource) const;
  absl::Status ApplyMask(const Message& update, const Message& request, Message* resource) const;

  const ResourceSpec spec_;
  const names::Pattern pattern_;
  const std::vector<std::string> keys_;  // the key columns: owner_id first
  const Statements statements_;
  db::Pool& pool_;
  const api::PageTokens& page_tokens_;
};

// Runs `work` once per request_id: a repeated call gets the stored answer. Every write goes through here. The owner's
// other writes wait meanwhile, so `work` may look before it writes.
absl::Status RunWrite(Call& call, db::Pool& pool, const google::protobuf::Message& request,
                      google::protobuf::Message* response, absl::FunctionRef<absl::Status(db::Transaction&)> work);

// Runs `work` as a write of call.owner that nobody asked for, as when a service loads what it carries: it waits for the
// owner's other writes like RunWrite, but may run again, so it must find out what is done already.
absl::Status RunOwnWrite(Call& call, db::Pool& pool, absl::FunctionRef<absl::Status(db::Transaction&)> work);

// True, with the stored answer in `response`, when this call was answered before: for methods that do more than their
// own transaction and so must know before they start.
absl::StatusOr<bool> FindAnswer(Call& call, db::Pool& pool, const google::protobuf::Message& request,
                                google::protobuf::Message* response);

// OK for who reads as the owner. For a read of what others share: OK when a share in force lets the caller read `name`,
// a resource or a parent, as far as it lies under a `scope` ("frameworks"); else PERMISSION_DENIED, the same whether it
// is there or not. An owner as parent, or a wildcard, needs any share of that scope. So what is missing under a share
// is NOT_FOUND, and elsewhere forbidden. UNAVAILABLE while it is not known what is shared, because the feed of grants
// is behind: the same for every owner. `scope` may be null only when nothing is shared.
absl::Status RequireShare(Call& call, db::Transaction& transaction, const char* scope, absl::string_view name);

// UNIMPLEMENTED for a request with valid_date, or with read_time: for methods that answer about now only.
absl::Status RequireNow(const google::protobuf::Message& request);

// "v17" with the quotes.
std::string EtagOf(int64_t version);

// A resource from a row of its table or of the history.
absl::Status Fill(const std::string& name, const std::string& body, int64_t version, absl::Time created,
                  absl::Time updated, google::protobuf::Message* resource);

// A timestamptz column as Result::Time reads it.
std::string Micros(absl::string_view column);

}  // namespace regiokompas::resource
