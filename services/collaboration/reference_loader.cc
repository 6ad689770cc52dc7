#include "services/collaboration/reference_loader.h"

#include <algorithm>

#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"

namespace regiokompas::collaboration {
namespace {

// One transaction holds the country's writes for as long as this many resources take.
constexpr size_t kBatch = 100;
constexpr absl::Duration kBatchTime = absl::Seconds(30);

Call CallOf(const Clock& clock) {
  Call call{.clock = clock, .method = "collaboration.LoadReferenceData", .request_id = RandomUuid()};
  // Stands in the history as who wrote it.
  call.principal.issuer = "regiokompas";
  call.principal.subject = "collaboration";
  call.owner = names::kCountry;
  call.deadline = absl::Now() + kBatchTime;
  return call;
}

// What a version holds, without what the store says of it.
template <typename T>
T ContentOf(T resource) {
  resource.clear_create_time();
  resource.clear_update_time();
  resource.clear_etag();
  return resource;
}

template <typename T>
absl::Status LoadOne(Call& call, db::Transaction& transaction, const resource::ResourceStore& store, const T& wanted,
                     ReferenceCounts& counts) {
  T stored;
  const absl::Status found = store.Lock(call, transaction, wanted.name(), &stored);
  T resource = wanted;
  if (absl::IsNotFound(found)) {
    ++counts.added;
    return store.Insert(call, transaction, wanted.name(), &resource);
  }
  RETURN_IF_ERROR(found);
  if (google::protobuf::util::MessageDifferencer::Equals(ContentOf(stored), wanted)) {
    ++counts.unchanged;
    return absl::OkStatus();
  }
  ++counts.changed;
  resource.set_etag(stored.etag());
  return store.Replace(call, transaction, stored, &resource);
}

template <typename T>
absl::Status Load(const Clock& clock, db::Pool& pool, const resource::ResourceStore& store,
                  const std::vector<T>& resources, ReferenceCounts& counts) {
  for (size_t first = 0; first < resources.size(); first += kBatch) {
    const size_t end = std::min(first + kBatch, resources.size());
    Call call = CallOf(clock);
    ReferenceCounts batch;
    const auto write = [&](db::Transaction& transaction) -> absl::Status {
      batch = {};
      for (size_t i = first; i < end; ++i) RETURN_IF_ERROR(LoadOne(call, transaction, store, resources[i], batch));
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(resource::RunOwnWrite(call, pool, write));
    counts.added += batch.added;
    counts.changed += batch.changed;
    counts.unchanged += batch.unchanged;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsLoaded(const Clock& clock, db::Pool& pool, const std::string& digest) {
  static const auto* const kLast =
      new db::Statement{"reference.last", "SELECT digest FROM reference_loads WHERE owner_id = $1"};
  Call call = CallOf(clock);
  bool loaded = false;
  const auto read = [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kLast, {call.owner}));
    loaded = rows.size() > 0 && rows.Text(0, 0) == digest;
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(pool.Run(call, db::Access::kReadOnly, read));
  return loaded;
}

absl::Status KeepDigest(const Clock& clock, db::Pool& pool, const std::string& digest) {
  static const auto* const kKeep = new db::Statement{
      "reference.keep",
      "INSERT INTO reference_loads (owner_id, digest, load_time) VALUES ($1, $2, $3) ON CONFLICT (owner_id) DO UPDATE "
      "SET digest = excluded.digest, load_time = excluded.load_time"};
  Call call = CallOf(clock);
  return pool.Run(call, db::Access::kReadWrite, [&](db::Transaction& transaction) {
    return transaction.Query(*kKeep, {call.owner, digest, db::Param::Time(clock.Now())}).status();
  });
}

}  // namespace

absl::StatusOr<ReferenceCounts> LoadReferenceData(const Clock& clock, db::Pool& pool, const CollaborationStore& store,
                                                  const ReferenceData& data) {
  ReferenceCounts counts;
  const std::string digest = DigestOf(data);
  ASSIGN_OR_RETURN(const bool loaded, IsLoaded(clock, pool, digest));
  if (loaded) return counts;
  // What others refer to comes first.
  RETURN_IF_ERROR(Load(clock, pool, store.municipalities, data.municipalities, counts));
  RETURN_IF_ERROR(Load(clock, pool, store.regions, data.regions, counts));
  RETURN_IF_ERROR(Load(clock, pool, store.memberships, data.memberships, counts));
  RETURN_IF_ERROR(Load(clock, pool, store.parties, data.parties, counts));
  RETURN_IF_ERROR(Load(clock, pool, store.task_fields, data.task_fields, counts));
  RETURN_IF_ERROR(KeepDigest(clock, pool, digest));
  return counts;
}

}  // namespace regiokompas::collaboration
