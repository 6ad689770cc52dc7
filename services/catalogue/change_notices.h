// What changed, as callers of WatchChanges read it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/db/change_log.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// A message without changes when nothing changed.
std::unique_ptr<const v1::WatchChangesResponse> NoticesOf(const std::vector<db::Change>& changes,
                                                          std::string resume_token);

}  // namespace regiokompas::catalogue
