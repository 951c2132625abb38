#include "mutator/write.h"

#include <fmt/format.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "rewriter/diff.h"
#include "rewriter/output.h"
#include "rewriter/unit.h"

namespace standstill::mutator {

namespace {

namespace fs = std::filesystem;

// Where the files of one mutant are, relative to the manifest.
struct Place {
  std::string source;
  std::string object;
  std::string library;
};

Place placeOf(const Mutant& mutant, const MutatedSource& source, const Options& options) {
  const std::string stem = fs::path(source.source).stem().string();
  const std::string library =
      options.right.empty() ? "" : mutant.id + "/" + fs::path(options.right).filename().string();
  return {.source = mutant.id + "/" + fs::path(source.source).filename().string(),
          .object = mutant.id + "/" + stem + ".o",
          .library = options.link.empty() ? "" : library};
}

// As a shell reads it, and inside a build file's value.
std::string quoted(const std::vector<std::string>& words) {
  std::string line;
  llvm::raw_string_ostream stream(line);
  for (const std::string& word : words) {
    if (!line.empty()) stream << ' ';
    llvm::sys::printArg(stream, word, false);
  }
  std::string escaped;
  for (const char c : line) {
    if (c == '$') escaped += '$';
    escaped += c;
  }
  return escaped;
}

// A path in a build file.
std::string escapedPath(const std::string& path) {
  std::string escaped;
  for (const char c : path) {
    if (c == '$' || c == ' ' || c == ':') escaped += '$';
    escaped += c;
  }
  return escaped;
}

// The source's own compile command, for the mutant: its quoted includes are found where the
// source's are.
std::vector<std::string> compileCommand(const MutatedSource& source, const std::string& mutant,
                                        const std::string& object) {
  std::vector<std::string> words;
  for (size_t i = 0; i < source.command.size(); ++i) {
    const std::string& word = source.command[i];
    if (word == "-o") {
      ++i;
      continue;
    }
    const bool isSource =
        !word.starts_with("-") &&
        rewriter::realPath((fs::path(source.directory) / word).string()) == source.source;
    if (!isSource && word != "-c" && word != "--") words.push_back(word);
  }
  for (const std::string& word :
       {std::string("-iquote"), fs::path(source.source).parent_path().string(), std::string("-MD"),
        std::string("-MF"), object + ".d", std::string("-c"), mutant, std::string("-o"), object})
    words.push_back(word);
  return words;
}

// The right library's link command with one object in place of another.
std::vector<std::string> linkCommand(const MutatedSource& source, const Options& options,
                                     const std::string& object, const std::string& library) {
  std::vector<std::string> words;
  for (const std::string& word : options.link) {
    const std::string path = rewriter::realPath((fs::path(source.directory) / word).string());
    words.push_back(path == source.object ? object : word);
  }
  words.insert(words.end(), {"-o", library});
  return words;
}

bool linksObject(const MutatedSource& source, const Options& options) {
  return std::ranges::any_of(options.link, [&](const std::string& word) {
    return rewriter::realPath((fs::path(source.directory) / word).string()) == source.object;
  });
}

std::string buildFile(const std::vector<MutatedSource>& sources, const Options& options) {
  std::string text =
      "# Written by stw-mutate.\n"
      "rule compile\n  command = cd $in_folder && $line\n  deps = gcc\n  depfile = $out.d\n"
      "  description = compile $out\n"
      "rule link\n  command = cd $in_folder && $line\n  description = link $out\n";
  for (const MutatedSource& source : sources) {
    for (const Mutant& mutant : source.mutants) {
      const Place place = placeOf(mutant, source, options);
      const std::string folder = escapedPath(source.directory);
      const std::string mutated = options.out + "/" + place.source;
      const std::string object = options.out + "/" + place.object;
      const std::string library = options.out + "/" + place.library;
      text += fmt::format("build {}: compile {}\n  in_folder = {}\n  line = {}\n",
                          escapedPath(object), escapedPath(mutated), folder,
                          quoted(compileCommand(source, mutated, object)));
      text += fmt::format("build {}: link {} | {}\n  in_folder = {}\n  line = {}\n",
                          escapedPath(library), escapedPath(object), escapedPath(options.right),
                          folder, quoted(linkCommand(source, options, object, library)));
      text += fmt::format("build {}: phony {}\n", mutant.id, escapedPath(library));
    }
  }
  return text;
}

nlohmann::ordered_json manifest(const std::vector<MutatedSource>& sources, const Options& options) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  std::vector<std::string> paths;
  paths.reserve(sources.size());
  for (const MutatedSource& source : sources) paths.push_back(source.source);
  const std::string root = rewriter::commonRoot(paths);
  for (const MutatedSource& source : sources) {
    const std::string name = rewriter::relativeTo(root, source.source);
    for (const Mutant& mutant : source.mutants) {
      const Place place = placeOf(mutant, source, options);
      all.push_back(
          {{"id", mutant.id},
           {"operator", mutant.mutation.op},
           {"file", name},
           {"line", mutant.mutation.line},
           {"function", mutant.mutation.function},
           {"description", mutant.mutation.what},
           {"before", mutant.before},
           {"after", mutant.after},
           {"diff", rewriter::unifiedDiff("a/" + name, source.text, "b/" + name, mutant.text)},
           {"source", place.source},
           {"object", place.object},
           {"rightObject", source.object},
           {"library", place.library}});
    }
  }
  return {{"format", "standstill-mutants-1"},
          {"right", options.right},
          {"declared", options.declared},
          {"equivalents", options.equivalents},
          {"mutants", std::move(all)}};
}

// Only if it would change.
std::string write(const std::string& path, const std::string& text) {
  if (rewriter::readFile(path) == text) return {};
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  return rewriter::writeFiles({{path, "", text}});
}

// Folders of mutants that are no more.
void removeOld(const Options& options, const std::set<std::string>& ids) {
  const auto old =
      nlohmann::json::parse(rewriter::readFile(options.out + "/manifest.json"), nullptr, false);
  if (!old.is_object() || !old.contains("mutants") || !old["mutants"].is_array()) return;
  for (const auto& mutant : old["mutants"]) {
    const std::string id = mutant.value("id", "");
    const bool isFolder = !id.empty() && id.find('/') == std::string::npos && id[0] != '.';
    std::error_code error;
    if (isFolder && !ids.contains(id)) fs::remove_all(options.out + "/" + id, error);
  }
}

}  // namespace

std::string writeMutants(const std::vector<MutatedSource>& sources, const Options& options) {
  std::set<std::string> ids;
  std::string error;
  for (const MutatedSource& source : sources) {
    if (!options.link.empty() && !source.mutants.empty() && !linksObject(source, options)) {
      return fmt::format(
          "--link: {}, the object of {}, is not among what is linked; choose the "
          "right compile command with --command",
          source.object, source.source);
    }
    for (const Mutant& mutant : source.mutants) ids.insert(mutant.id);
  }
  removeOld(options, ids);
  for (const MutatedSource& source : sources) {
    for (const Mutant& mutant : source.mutants) {
      const Place place = placeOf(mutant, source, options);
      if (error.empty()) error = write(options.out + "/" + place.source, mutant.text);
    }
  }
  if (error.empty() && !options.link.empty())
    error = write(options.out + "/build.ninja", buildFile(sources, options));
  if (error.empty())
    error = write(options.out + "/manifest.json", manifest(sources, options).dump(1) + "\n");
  return error;
}

}  // namespace standstill::mutator
