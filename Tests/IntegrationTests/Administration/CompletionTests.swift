import Foundation
import Testing

@testable import Harness

/// The names that bash offers through the script that the package installs.
@Suite struct CompletionTests {
  /// Returns the completions of the last word.
  private func offered(_ words: [String]) throws -> (names: [String], errors: String) {
    let script = """
      shopt -s extglob
      levelwind() { \(Site.levelwind) "$@"; }
      source <(levelwind --generate-completion-script bash)
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_TYPE=9
      COMP_POINT=${#COMP_LINE}
      _levelwind "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let said = try Tool.run("bash", ["-c", script, "bash", "levelwind"] + words)
    return (said.text.split(separator: "\n").map(String.init).sorted(), said.errors)
  }

  @Test func `webhooks, incoming configurations and senders are offered by name`() throws {
    let folder = try Folder(named: "completion")
    defer { folder.remove() }
    for name in ["webhooks/erp", "webhooks/erp-two", "webhooks/shop", "incoming/stock"] {
      try folder.write("", to: "\(name).yaml")
    }
    try folder.write("", to: "webhooks/.erp.yaml.draft")
    let place = ["--config", folder("").path]
    for command in [
      ["webhook", "show"], ["webhook", "edit"], ["webhook", "secret", "add"], ["log"], ["explain"],
    ] {
      #expect(try offered(command + place + ["e"]).names == ["erp", "erp-two"], "\(command)")
    }
    for command in [["task", "list"], ["incoming", "show"], ["incoming", "edit"]] {
      #expect(try offered(command + place + [""]).names == ["stock"], "\(command)")
    }
    try folder.write("state: \(folder("").path)\n", to: "levelwind.yaml")
    try folder.write(
      "{}", to: "wal/aside/stock/new/01a209ca-e3ac-780b-aab1-06d51ac8ca81.json")
    for name in ["export", "drop", "show"] {
      #expect(try offered(["wal", name] + place + [""]).names == ["stock"], "\(name)")
    }
    let create = ["webhook", "create", "Shop"]
    #expect(try offered(create + place + ["--incoming", "s"]).names == ["stock"])
    #expect(try offered(create + ["--sender", "shopi"]).names == ["shopify"])
    #expect(try offered(["senders", "show", "gith"]).names == ["github"])
    let nowhere = try offered(
      ["webhook", "show", "--config", folder("nowhere").path, ""])
    #expect(nowhere.names.isEmpty && nowhere.errors == "", "\(nowhere)")
  }
}
