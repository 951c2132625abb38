#include "tests/docs/markdown.h"

#include <cmark.h>

#include <cctype>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace standstill::docs {
namespace {

// "The user's first hour" becomes "the-users-first-hour".
std::string anchorOf(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || byte >= 0x80) {
      anchor += static_cast<char>(std::tolower(byte));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

// All text below a node, code included.
std::string textBelow(cmark_node* node) {
  std::string text;
  for (cmark_node* child = cmark_node_first_child(node); child; child = cmark_node_next(child)) {
    const char* literal = cmark_node_get_literal(child);
    text += literal ? literal : textBelow(child);
  }
  return text;
}

std::vector<std::string> wordsOf(const char* text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Inline nodes have no line of their own: their paragraph's.
int lineOf(cmark_node* node) {
  while (node && cmark_node_get_start_line(node) == 0) node = cmark_node_parent(node);
  return node ? cmark_node_get_start_line(node) : 0;
}

void take(cmark_node* node, Document& document) {
  switch (cmark_node_get_type(node)) {
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
      document.links.push_back({cmark_node_get_url(node), lineOf(node)});
      break;
    case CMARK_NODE_HEADING:
      document.anchors.push_back(anchorOf(textBelow(node)));
      break;
    case CMARK_NODE_CODE_BLOCK:
      document.blocks.push_back(
          {wordsOf(cmark_node_get_fence_info(node)), cmark_node_get_literal(node), lineOf(node)});
      break;
    default:
      break;
  }
}

}  // namespace

std::string CodeBlock::setting(const std::string& name, const std::string& otherwise) const {
  for (const std::string& word : info) {
    if (word.starts_with(name + "=")) return word.substr(name.size() + 1);
  }
  return otherwise;
}

Document readDocument(const std::string& root, const std::string& path) {
  std::ifstream file(root + "/" + path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string content = text.str();
  Document document{path, {}, {}, {}};
  const std::unique_ptr<cmark_node, void (*)(cmark_node*)> tree(
      cmark_parse_document(content.data(), content.size(), CMARK_OPT_DEFAULT), cmark_node_free);
  const std::unique_ptr<cmark_iter, void (*)(cmark_iter*)> nodes(cmark_iter_new(tree.get()),
                                                                 cmark_iter_free);
  for (cmark_event_type event; (event = cmark_iter_next(nodes.get())) != CMARK_EVENT_DONE;) {
    if (event == CMARK_EVENT_ENTER) take(cmark_iter_get_node(nodes.get()), document);
  }
  return document;
}

}  // namespace standstill::docs
