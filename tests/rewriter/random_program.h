#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace standstill::rewriter {

// A C function around open-coded sequences of the helpers in kHelpers, made of a row of choices.
struct RandomFunction {
  std::string name;
  std::string text;
  int sureSites = 0;  // sequences of which nobody could doubt that they may become calls
};

// The same choices give the same function. A `sure` one holds nothing but sure sites.
RandomFunction randomFunction(const std::string& name, const std::vector<std::uint8_t>& choices,
                              bool sure);

// A program that calls every function with several arguments and prints all they do: declarations,
// helpers, primitives that log their arguments and the state, and a main function.
extern const char* const kWorld;
extern const char* const kHelpers;
extern const char* const kPrimitives;
std::string mainProgram(const std::vector<RandomFunction>& functions);

// The flags that name the helpers of kHelpers to stw-rewrite.
extern const char* const kHelperFlags;

}  // namespace standstill::rewriter
