import Foundation
import Spooling
import Testing

@testable import Harness

/// `levelwind task purge`, for operators.
@Suite struct TaskPurgeTests {
  @Test func `without a terminal it takes --yes, and says which tasks`() throws {
    try ImporterSite.open { site in
      for number in 1...3 { try site.addFailed("reason \(number)") }
      let waiting = try site.add()
      #expect(try site.task("purge", "stock", "--yes").status == 64)
      let refused = try site.task("purge", "stock", "--state", "failed")
      #expect(refused.status == 64 && refused.errors.contains("--yes"))
      let dry = try site.task("purge", "stock", "--reason", "reason", "--dry-run", "--json")
      #expect(
        (try JSONSerialization.jsonObject(with: Data(dry.output)) as? [Any])?.count == 3)
      #expect(site.names("failed").count == 6)

      #expect(
        try site.task("purge", "stock", "--reason", "reason 2", "--yes").text == "1 removed\n")
      #expect(site.names("failed").count == 4)
      let rest = try site.task("purge", "stock", "--older-than", "0s", "--yes", "--json")
      #expect(rest.text == #"{"removed":2,"failed":0,"skipped":0}"# + "\n")
      #expect(site.names("failed").isEmpty)
      #expect(site.names("new") == ["\(waiting).json"])
      let held = try site.spool().hold(TaskPlace(.new, "\(waiting).json"))
      let used = try site.task("purge", "stock", waiting, "--yes")
      #expect(used.status == 75 && used.text == "0 removed, 1 in use or gone\n")
      #expect(held != nil)
    }
  }

  @Test func `on a terminal it asks first`() throws {
    try ImporterSite.open { site in
      try site.addFailed("x")
      try site.add()
      for (answer, status, left) in [("n\n", Int32(1), 3), ("\n", 1, 3), ("y\n", 0, 0)] {
        let result = try site.onTerminal(
          "purge", "stock", "--state", "failed", "--state", "new", input: answer)
        #expect(
          result.text.contains("Remove 2 tasks of stock for good (1 new, 1 failed)? [y/N] "),
          "\(result.text)")
        #expect(result.status == status)
        #expect(site.names("new").count + site.names("failed").count == left)
      }
    }
  }
}
