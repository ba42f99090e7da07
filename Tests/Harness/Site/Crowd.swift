import Foundation
import Testing

/// Hundreds of deliveries to `erp`, sent with curl. The body of each has its own number.
struct Crowd {
  private let client: Child
  private let output: URL

  /// Starts to send. `atOnce` is the number of clients. Each sends one delivery after the other.
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

  /// Waits until all deliveries were answered.
  ///
  /// - Returns: the status by number; 0 for a delivery without an answer.
  func statuses() throws -> [Int: Int] {
    try #require(client.wait(120) != nil, "the clients are still waiting")
    var statuses: [Int: Int] = [:]
    for line in try String(contentsOf: output, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: " ").compactMap { Int($0) }
      if fields.count == 2 { statuses[fields[0]] = fields[1] }
    }
    return statuses
  }

  /// Returns the numbers in a site's spool.
  ///
  /// - Throws: if a file isn't a whole task.
  static func stored(in site: Site) throws -> [Int] {
    try site.tasks().map { file in
      try #require(number(ofTask: Array(Data(contentsOf: file))), "\(file.path) is not whole")
    }
  }

  /// The number of the delivery that a task holds; nil if it is not whole.
  static func number(ofTask bytes: [UInt8]) -> Int? {
    let task = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
    return ((task?["data"] as? [String: Any])?["body"] as? [String: Int])?["number"]
  }
}
