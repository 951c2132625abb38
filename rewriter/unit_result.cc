#include "rewriter/unit_result.h"

#include <llvm/Support/xxhash.h>

#include <nlohmann/json.hpp>

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// MessagePack keeps strings as bytes: paths and source text need not be UTF-8.
using Json = nlohmann::json;

// The structured bindings below stop compiling when a field is added that would not cross the pipe.

Json pack(const Edit& edit) {
  const auto& [offset, length, text] = edit;
  return {offset, length, text};
}

Edit unpackEdit(const Json& json) { return {json.at(0), json.at(1), json.at(2)}; }

Json pack(const std::vector<Edit>& edits) {
  Json all = Json::array();
  for (const Edit& edit : edits) all.push_back(pack(edit));
  return all;
}

std::vector<Edit> unpackEdits(const Json& json) {
  std::vector<Edit> edits;
  for (const Json& one : json) edits.push_back(unpackEdit(one));
  return edits;
}

Json pack(const Site& site) {
  const auto& [file, line, column, function, factor, refusal, assumed, certified, ir] = site;
  Json why = Json::array();
  if (refusal) why = {static_cast<int>(refusal->reason), refusal->detail};
  return {file, line, column, function, factor, why, assumed, certified, ir};
}

Site unpackSite(const Json& json) {
  Site site;
  auto& [file, line, column, function, factor, refusal, assumed, certified, ir] = site;
  file = json.at(0);
  line = json.at(1);
  column = json.at(2);
  function = json.at(3);
  factor = json.at(4);
  const Json& why = json.at(5);
  if (!why.empty()) refusal = Refusal{static_cast<Reason>(why.at(0).get<int>()), why.at(1)};
  assumed = json.at(6).get<std::set<std::string>>();
  certified = json.at(7);
  ir = json.at(8);
  return site;
}

Json pack(const std::vector<Site>& sites) {
  Json all = Json::array();
  for (const Site& site : sites) all.push_back(pack(site));
  return all;
}

std::vector<Site> unpackSites(const Json& json) {
  std::vector<Site> sites;
  for (const Json& one : json) sites.push_back(unpackSite(one));
  return sites;
}

Json pack(const FunctionPlan& plan) {
  const auto& [file, offset, function, decl, edits, headers, sites] = plan;
  return {file, offset, function, pack(edits), headers, pack(sites)};
}

FunctionPlan unpackPlan(const Json& json) {
  return {.file = json.at(0),
          .offset = json.at(1),
          .function = json.at(2),
          .edits = unpackEdits(json.at(3)),
          .headers = json.at(4).get<std::set<std::string>>(),
          .sites = unpackSites(json.at(5))};
}

}  // namespace

std::uint64_t hashOf(const std::string& text) { return llvm::xxh3_64bits(text); }

std::string toBytes(const UnitResult& result) {
  const auto& [errors, files, functions, renames, symbolRenames, blocked, checked] = result;
  Json json;
  json["errors"] = errors;
  json["files"] = Json::array();
  for (const auto& [path, name, text] : files) json["files"].push_back({path, name, text});
  json["functions"] = Json::array();
  for (const auto& [proposed, refused] : functions) {
    json["functions"].push_back({pack(proposed), pack(refused)});
  }
  json["renames"] = Json::array();
  for (const auto& [file, edits] : renames) json["renames"].push_back({file, pack(edits)});
  json["symbolRenames"] = symbolRenames;
  json["blocked"] = blocked;
  json["checked"] = checked;
  std::string bytes;
  Json::to_msgpack(json, bytes);
  return bytes;
}

UnitResult fromBytes(const std::string& bytes) {
  Json json = Json::from_msgpack(bytes);
  UnitResult result;
  json.at("errors").get_to(result.errors);
  for (const Json& file : json.at("files")) {
    result.files.push_back({file.at(0), file.at(1), file.at(2)});
  }
  for (const Json& function : json.at("functions")) {
    result.functions.push_back({unpackPlan(function.at(0)), unpackSites(function.at(1))});
  }
  for (const Json& renamed : json.at("renames")) {
    result.renames[renamed.at(0)] = unpackEdits(renamed.at(1));
  }
  json.at("symbolRenames").get_to(result.symbolRenames);
  json.at("blocked").get_to(result.blocked);
  json.at("checked").get_to(result.checked);
  return result;
}

}  // namespace standstill::rewriter
