import Foundation
import Testing

/// Deliveries to `erp` that curl sends by the hundred, each with a number of its own for a body.
struct Crowd {
  private let client: Child
  private let output: URL

  /// Starts sending.
  ///
  /// - Parameter atOnce: how many clients there are; each sends one after the other.
  init(_ numbers: Range<Int>, atOnce: Int, to site: Site) throws {
    let name = "crowd-\(numbers.lowerBound)"
    let transfers = numbers.map { number in
      """
      url = "https://localhost:\(site.port)/webhook/erp"
      header = "\(Sample.genuine[0])"
      header = "\(Sample.genuine[1])"
      data = "{\\"number\\":\(number)}"
      cacert = "\(site.folder("tls/fullchain.pem").path)"
      output = "/dev/null"
      write-out = "\(number) %{http_code}\\n"
      silent
      ipv4
      http1.1
      max-time = 60

      """
    }
    let script = try site.folder.write(transfers.joined(separator: "next\n"), to: name)
    output = site.folder("\(name).out")
    client = try Child(
      "curl",
      [
        "--parallel", "--parallel-immediate", "--parallel-max", "\(atOnce)", "--config",
        script.path,
      ],
      log: site.folder("\(name).log"), output: output)
  }

  /// Waits until all have been answered.
  ///
  /// - Returns: the status by number; 0 where there was none.
  func statuses() throws -> [Int: Int] {
    try #require(client.wait(120) != nil, "the clients are still waiting")
    var statuses: [Int: Int] = [:]
    for line in try String(contentsOf: output, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: " ").compactMap { Int($0) }
      if fields.count == 2 { statuses[fields[0]] = fields[1] }
    }
    return statuses
  }

  /// The numbers that are in a site's spool; a file that is not a whole task is an error.
  static func stored(in site: Site) throws -> [Int] {
    try site.tasks().map { file in
      let data = try #require(Site.members(of: file)["data"] as? [String: Any])
      let body = try #require(data["body"] as? [String: Int])
      return try #require(body["number"])
    }
  }
}
