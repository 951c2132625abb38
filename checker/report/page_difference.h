// A difference on the page of a comparison: the threads of both builds as lanes above each other,
// and their steps in two columns.
#pragma once

#include <string>

#include "checker/report/difference.h"
#include "checker/report/page_dictionary.h"

namespace standstill::checker {

void addDifference(Dictionary& to, const Difference& difference);

// One of many in a row: how it ends, and where all of it is to be seen.
void addDifferenceRow(Dictionary& to, const Difference& difference);

// What a link to it names.
std::string idOf(const ScenarioReport& scenario);

}  // namespace standstill::checker
