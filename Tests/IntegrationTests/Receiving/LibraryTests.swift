import Testing

@testable import Harness

/// Libraries that are loaded where they are needed, and nowhere else.
@Suite(.showingLogs) struct LibraryTests {
  @Test func `a responder that has taken a delivery maps nothing that only commands need`() throws {
    try Site.open { site in
      #expect(try site.deliver().status == 200)
      let responder = try #require(site.responder).pid
      let maps = try Tool.run("cat", ["/proc/\(responder)/maps"]).text
      #expect(maps.contains("libfcgi.so"))
      let unwanted = ["libcurl", "libssl", "libgnutls", "libglib-2.0", "libFoundation"]
      for library in unwanted + ["lib_FoundationICU"] {
        #expect(!maps.contains("\(library).so"), "\(library) is mapped")
      }
    }
  }

  @Test func `where libcurl is missing, its package is named`() throws {
    try Site.open { site in
      // The dynamic linker stops at a file that isn't a library.
      try site.folder.write("", to: "lib/libcurl.so.4")
      func run(_ arguments: String...) throws -> Tool.Result {
        try Tool.run(
          "env",
          ["LD_LIBRARY_PATH=\(site.folder("lib").path)", Site.levelwind] + arguments
            + ["--config", site.configuration])
      }
      let words = "file too short): apt install libcurl4\n"
      let sent = try run("webhook", "test", "erp", "--send")
      #expect(sent.status == 1)
      #expect(sent.errors.hasSuffix(words), "\(sent.errors)")
      let check = try run(
        "check", "--machine", "--user", "root", "--nginx", site.folder("nginx.conf").path)
      #expect(check.text.contains("was not asked: libcurl can't be used"), "\(check.text)")
      #expect(check.text.contains(words), "\(check.text)")
    }
  }
}
