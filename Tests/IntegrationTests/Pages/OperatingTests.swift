import Foundation
import Testing

@testable import Harness

/// What operators change on the pages, through nginx with the site that is installed.
@Suite(.showingLogs) struct OperatingTests {
  @Test func `a form retries what was chosen, once, and it is noted`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["operator"])
      let list = try site.page("/tasks/stock?state=failed", as: user).text
      let fields = try PageForm.fields(of: list, action: "/tasks/stock/retry")
      #expect(fields["task-0"] != nil && fields["as-of"] != nil && fields["state"] == "failed")
      let reply = try site.send(fields, to: "/tasks/stock/retry", as: user)
      #expect(reply.status == 303)
      #expect(reply["location"] == "/tasks/stock?state=failed&done=retried")
      let next = try site.page("/tasks/stock?state=failed&done=retried", as: user).text
      #expect(next.contains("The tasks are retried: they are in new again."))
      let spool = site.folder("spool/stock").path
      #expect(try FileManager.default.contentsOfDirectory(atPath: spool + "/failed") == [])
      let again = try site.send(fields, to: "/tasks/stock/retry", as: user)
      #expect(again.status == 409 && again.text.contains("It was changed since you looked"))
      let changes = try site.page("/settings/changes", as: user).text
      #expect(changes.matches(of: /<td>retried<\/td>/).count == 2)
      #expect(changes.contains("failed 1") && changes.contains("failed 0"))
    }
  }

  @Test func `only a form of the pages themselves changes something`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["operator"])
      let list = try site.page("/tasks/stock?state=failed", as: user).text
      let fields = try PageForm.fields(of: list, action: "/tasks/stock/retry")
      func status(_ headers: [String], _ type: String? = nil) throws -> Int {
        try site.send(fields, to: "/tasks/stock/retry", as: user, headers, type: type).status
      }
      let own = "http://localhost:\(site.pagesPort ?? 0)"
      for headers in [
        [], ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site", "Origin: \(own)"],
        ["Sec-Fetch-Site: none"], ["Sec-Fetch-Site: junk"],
        ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"], ["Origin: null"],
        ["Origin: http://127.0.0.1:\(site.pagesPort ?? 0)"], ["Origin: http://localhost"],
        ["Origin: \(own).evil"], ["Origin: \(own.uppercased())"],
        ["Origin: \(own)", "Origin: \(own)"], ["Referer: \(own)/tasks/stock"],
      ] {
        #expect(try status(headers) == 403, "\(headers)")
      }
      for type in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
        #expect(try status(["Origin: \(own)"], type) == 415, "\(type)")
      }
      let large = ["ids": String(repeating: "a", count: 1 << 20)]
      let tooLarge = try site.send(large, to: "/tasks/stock/retry", as: user, ["Origin: \(own)"])
      #expect(tooLarge.status == 413)
      let spool = site.folder("spool/stock").path
      let names = try FileManager.default.contentsOfDirectory(atPath: spool + "/failed")
      #expect(names.count == 2)
      #expect(site.folder.text("state/changes") == "")
      // Over plain http to a name there is no Sec-Fetch-Site, and the origin decides.
      #expect(try status(["Origin: \(own)"]) == 303)
    }
  }

  @Test func `a viewer is offered nothing to change, and a form of theirs changes nothing`() throws
  {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let (viewer, operator_) = (try #require(users["viewer"]), try #require(users["operator"]))
      let list = try site.page("/tasks/stock?state=failed", as: operator_).text
      let fields = try PageForm.fields(of: list, action: "/tasks/stock/retry")
      let task = try #require(fields["task-0"])
      for target in ["/tasks/stock?state=failed", "/tasks/stock/\(task)"] {
        let text = try site.page(target, as: viewer).text
        #expect(!text.contains("method=\"post\"") && !text.contains("checkbox"), "\(target)")
      }
      for target in ["retry", "purge", "\(task)/retry", "\(task)/purge"] {
        #expect(try site.page("/tasks/stock/\(target)", as: viewer).status == 403, "\(target)")
        let reply = try site.send(fields, to: "/tasks/stock/\(target)", as: viewer)
        #expect(reply.status == 403, "\(target)")
        #expect(reply.text.contains("levelwind pages user add viewe-1 --role operator"))
      }
      #expect(site.folder.text("state/changes") == "")
    }
  }

  @Test func `a purge says first how many, of which state, and how old`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["operator"])
      var text = ""
      try until("the plan knows the failed task") {
        text = try site.page("/tasks/stock/purge?all=yes&state=failed", as: user).text
        return text.contains("Remove 1 task for good")
      }
      #expect(text.contains("<dd>1 failed</dd>") && text.contains("The oldest arrived"))
      #expect(text.contains("levelwind task purge stock --state failed"))
      let spool = site.folder("spool/stock").path
      #expect(try FileManager.default.contentsOfDirectory(atPath: spool + "/failed").count == 2)
      let fields = try PageForm.fields(of: text, action: "/tasks/stock/purge")
      let reply = try site.send(fields, to: "/tasks/stock/purge", as: user)
      #expect(reply.status == 303, "\(reply.text)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: spool + "/failed") == [])
      #expect(try FileManager.default.contentsOfDirectory(atPath: spool + "/new").count == 1)
      // None chosen is said, and means none.
      let none = try site.send(["as-of": "1"], to: "/tasks/stock/purge", as: user)
      #expect(none.status == 400 && none.text.contains("choose at least one"))
    }
  }
}
