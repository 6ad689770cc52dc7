// Activities in bulk: a file out of the catalogue, and a file into it (bulk_rules.h).
#pragma once

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "common/names/resource_name.h"
#include "common/resource/resource_store.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "services/catalogue/bulk_rules.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool and activities must outlive it.
class BulkStore {
 public:
  BulkStore(db::Pool& pool, const resource::ResourceStore& activities);

  // Hands the file to `write` in parts; stops when it fails. However long that takes, the file shows one moment, and no
  // transaction waits for the reader.
  absl::Status Export(Call& call, const v1::StreamActivityFileRequest& request,
                      absl::FunctionRef<absl::Status(const v1::StreamActivityFileResponse&)> write) const;

  // Reads the rest of the file from `next`, which is false at its end, into `request`, its first message. `gone` tells
  // that the caller broke off, so that what has come is not the whole file; then nothing is kept.
  absl::Status Import(Call& call, v1::ImportActivitiesRequest& request,
                      absl::FunctionRef<bool(v1::ImportActivitiesRequest*)> next, absl::FunctionRef<bool()> gone,
                      v1::ImportActivitiesResponse* response) const;

 private:
  // Stores each row that keeps the rules, and reports on all; nothing when the caller has gone before it ends.
  absl::Status StoreRows(Call& call, db::Transaction& transaction, const std::vector<FileRow>& rows,
                         absl::FunctionRef<bool()> gone, v1::ImportActivitiesResponse* response) const;

  db::Pool& pool_;
  const resource::ResourceStore& activities_;
  names::Registry registry_;
};

}  // namespace regiokompas::catalogue
