// Reading a whole list, page by page.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"
#include "common/rpc/convert.h"

namespace regiokompas::rpc {

// Calls a List method of `stub` under `parent` until there is no next page. `begin` prepares each call's context,
// `take` sees each page. The first error ends it.
template <typename Stub, typename Request, typename Response, typename Begin, typename Take>
absl::Status ForEachPage(Stub& stub, grpc::Status (Stub::*list)(grpc::ClientContext*, const Request&, Response*),
                         const std::string& parent, Begin begin, Take take) {
  constexpr int kPageSize = 1000;
  Request request;
  request.set_parent(parent);
  request.set_page_size(kPageSize);
  do {
    grpc::ClientContext context;
    begin(context);
    Response page;
    if (absl::Status status = FromGrpc((stub.*list)(&context, request, &page)); !status.ok()) return status;
    take(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace regiokompas::rpc
