// RETURN_IF_ERROR and ASSIGN_OR_RETURN: the installed Abseil has neither.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define REGIOKOMPAS_CONCAT_INNER(a, b) a##b
#define REGIOKOMPAS_CONCAT(a, b) REGIOKOMPAS_CONCAT_INNER(a, b)

// Returns from the enclosing function when `expression` is an error.
#define RETURN_IF_ERROR(expression)                                                   \
  do {                                                                                \
    if (absl::Status status_macro_status = (expression); !status_macro_status.ok()) { \
      return status_macro_status;                                                     \
    }                                                                                 \
  } while (false)

// Assigns the value of a StatusOr to `target` (which may be a declaration), or returns its error.
#define ASSIGN_OR_RETURN(target, expression) \
  ASSIGN_OR_RETURN_INNER(REGIOKOMPAS_CONCAT(status_or_, __LINE__), target, expression)
#define ASSIGN_OR_RETURN_INNER(holder, target, expression) \
  auto holder = (expression);                              \
  if (!holder.ok()) return std::move(holder).status();     \
  target = *std::move(holder)
