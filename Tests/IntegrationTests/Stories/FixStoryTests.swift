import Foundation
import Testing

@testable import Harness

/// A morning after: 3,000 tasks failed overnight, and are run again once the cause is mended. Every
/// command of Levelwind's is the manual's, word for word.
@Suite struct FixStoryTests {
  private func run(_ script: String, in site: ImporterSite) throws -> Tool.Result {
    try Manual.run(script, in: site.folder, configuration: site.folder("etc").path)
  }

  @Test func `3,000 tasks that failed are run again after a fix`() throws {
    let incoming = "stock-updates"
    try ImporterSite.open([incoming]) { site in
      for number in 1...3000 { try site.add("\(number)", to: incoming) }
      let odd = try site.add("\"odd\"", to: incoming)
      // The importer that the drop-in names fails while its target is away.
      try site.folder.writeProgram(
        """
        #!/bin/sh
        body=$(cat)
        [ "$body" != '"odd"' ] || { echo 'no such item' >&2; exit 65; }
        [ -d "$1" ] || { echo "$1: connection refused" >&2; exit 1; }
        echo "$body" >>"$1/items"

        """, to: "command.sh")
      let drain = try Manual.command("levelwind task drain \(incoming)")
        .replacingOccurrences(of: "/srv/stock", with: site.folder("stock").path)
        .replacingOccurrences(of: " --follow", with: "")
      let night = drain.replacingOccurrences(of: " -- ", with: " --max-attempts 1 -- ")
      #expect(try run(night, in: site).status == 1)

      let count = try run(Manual.command("levelwind task count \(incoming)"), in: site)
      #expect(count.text.firstMatch(of: /failed +3001/) != nil, "\(count.text)\(count.errors)")
      let list = try run(Manual.command("levelwind task list \(incoming) --state failed"), in: site)
      #expect(list.status == 0)
      let reasons = Set(
        list.text.split(separator: "\n").compactMap { $0.split(separator: "  ").last })
      let stock = site.folder("stock").path
      #expect(
        reasons == [
          "exit status 1, after one attempt: \(stock): connection refused",
          "exit status 65: no such item",
        ])

      // The cause is mended.
      #expect(mkdir(site.folder("stock").path, 0o777) == 0)
      let retried = try run(Manual.command("levelwind task retry \(incoming) --reason"), in: site)
      #expect(retried.status == 0, "\(retried.errors)")
      #expect(site.names("new", incoming).count == 3000)
      let again = try run(drain, in: site)
      #expect(again.status == 0, "\(again.errors)")
      let items = site.lines("stock/items").compactMap { Int($0) }
      #expect(items.count == 3000)
      #expect(Set(items) == Set(1...3000))
      #expect(site.names("failed", incoming) == ["\(odd).json", "\(odd).json.reason"])
      for directory in ["new", "cur", "retry"] { #expect(site.names(directory, incoming) == []) }
    }
  }
}
