// Brings a service's schema to the newest version. Forward only; run by `regiokompas migrate` with the owner role.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/base/embedded_file.h"

namespace regiokompas::db {

// The migrations that every schema starts with.
std::vector<EmbeddedFile> SharedMigrations();

// Applies what is missing, each migration in a transaction of its own, after SharedMigrations(). Files are named
// 0001_what_it_does.sql and never change once applied: a changed checksum is an error. Safe to repeat and to run twice
// at once. `report` is told of each migration that was applied.
absl::Status Migrate(const std::string& connection, const std::string& schema,
                     const std::vector<EmbeddedFile>& migrations,
                     const std::function<void(const std::string&)>& report);

// OK when the schema holds these migrations (newer ones too, during a rolling update); services check this before they
// serve.
absl::Status CheckMigrated(const std::string& connection, const std::string& schema,
                           const std::vector<EmbeddedFile>& migrations);

}  // namespace regiokompas::db
