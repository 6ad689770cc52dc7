#include "services/catalogue/catalogue_store.h"

#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"
#include "regiokompas/catalogue/v1/section.pb.h"
#include "services/catalogue/catalogue_rules.h"

namespace regiokompas::catalogue {

CatalogueStore::CatalogueStore(db::Pool& pool, const api::PageTokens& page_tokens)
    : frameworks({.kind = "framework",
                  .table = "frameworks",
                  .message = v1::Framework::descriptor(),
                  .columns = {},
                  .initialise = StartAsDraft,
                  .check = CheckFramework},
                 pool, page_tokens),
      sections({.kind = "section",
                .table = "sections",
                .message = v1::Section::descriptor(),
                .columns = {},
                .initialise = {},
                .check = {}},
               pool, page_tokens),
      goals({.kind = "goal",
             .table = "goals",
             .message = v1::Goal::descriptor(),
             .columns = {{"parent_goal_id", "parent_goal"}},
             .initialise = {},
             .check = CheckGoal},
            pool, page_tokens),
      activities({.kind = "activity",
                  .table = "activities",
                  .message = v1::Activity::descriptor(),
                  .columns = {},
                  .initialise = {},
                  .check = CheckActivity},
                 pool, page_tokens),
      contributions({.kind = "contribution",
                     .table = "contributions",
                     .message = v1::Contribution::descriptor(),
                     .columns = {{"framework_id", "framework"}, {"goal_id", "goal"}},
                     .initialise = {},
                     .check = CheckContribution},
                    pool, page_tokens) {}

}  // namespace regiokompas::catalogue
