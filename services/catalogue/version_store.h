// Versions of frameworks: what was decided, and what a framework held then (migrations/0003_versions.sql).
#pragma once

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/api/page_tokens.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "services/catalogue/framework_content.h"

namespace regiokompas::catalogue {

// Which content of a framework.
struct ContentRequest {
  std::string framework;                  // owners/GM0677/frameworks/kader-1
  std::string version_id = {};            // that of this version; when it is empty, what the other two say
  std::optional<absl::Time> moment = {};  // what was known then
  std::string day = {};                   // what was adopted and valid then
};

// Thread-safe. Pool, page tokens and frameworks must outlive it.
class VersionStore {
 public:
  // `frameworks` are the live ones, whose state a decision moves.
  VersionStore(db::Pool& pool, const api::PageTokens& page_tokens, const resource::ResourceStore& frameworks);

  absl::Status Adopt(Call& call, const v1::AdoptFrameworkRequest& request, v1::Version* response) const;
  absl::Status Withdraw(Call& call, const v1::WithdrawFrameworkRequest& request, v1::Version* response) const;
  // Hands the elements to `write` one by one; stops when it fails.
  absl::Status Stream(Call& call, const v1::StreamFrameworkRequest& request,
                      absl::FunctionRef<absl::Status(const v1::StreamFrameworkResponse&)> write) const;

  // Reads a framework with all that it holds, each sort by ordinal, then name, and call.revision. Without a version,
  // moment and day: what stands now, or for who reads by a share what was adopted last. NOT_FOUND, or for who reads by
  // a share PERMISSION_DENIED where no share reaches, when there is none.
  absl::Status ReadContent(Call& call, db::Transaction& transaction, const ContentRequest& request,
                           FrameworkContent* content) const;

  const resource::ResourceStore versions;

 private:
  // Stores a decision about the framework that Lock has read, as its next version, and moves the framework's state.
  absl::Status Record(Call& call, db::Transaction& transaction, const v1::Framework& before, const std::string& id,
                      v1::Version* version) const;

  db::Pool& pool_;
  const resource::ResourceStore& frameworks_;
};

}  // namespace regiokompas::catalogue
