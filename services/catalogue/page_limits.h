// How much a page of a list may hold when its rows are no resources, which have limits of their own
// (common/resource/resource_store.cc).
#pragma once

#include <algorithm>
#include <cstddef>

namespace regiokompas::catalogue {

// Clients receive 4 MiB by default.
inline constexpr size_t kMaxPageBytes = 2 << 20;

// The number of rows of a page for a page_size that is not negative: a page may hold fewer than asked for.
inline int RowsOfPage(int page_size) {
  constexpr int kDefault = 50;
  constexpr int kMost = 200;
  return page_size == 0 ? kDefault : std::min(page_size, kMost);
}

}  // namespace regiokompas::catalogue
