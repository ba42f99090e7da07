import Foundation
import Testing

@testable import Harness

/// The container image that `systemd/image` makes, unpacked by umoci and run by crun.
@Suite(.showingLogs, .needs(.containers, toProve: "that the container image works"))
struct ImageSlowTests {
  /// The number of the image's user.
  private static let user: UInt32 = 4711

  @Test func `the image takes deliveries behind nginx, without root, over volumes`() throws {
    let image = try Image.made.get()
    try Site.open { site in
      site.stop()
      let container = try image.container(of: site)
      try site.start(by: [container.script.path])
      defer { container.stop() }

      // The user has no capability, and no program in the image could give it one.
      let status = try String(contentsOfFile: "/proc/\(container.pid())/status", encoding: .utf8)
      #expect(status.contains("Uid:\t4711\t4711\t4711\t4711\n"), "\(status)")
      #expect(status.contains("CapEff:\t0000000000000000\n"))
      #expect(status.contains("NoNewPrivs:\t1\n"))
      let programs = try Tool.run(
        "find",
        [image.tree, "-type", "f", "-perm", "/6000", "-o", "-name", "*sh", "-path", "*bin/*"])
      #expect(programs.text == "")

      #expect(try site.deliver().status == 200)
      #expect(try site.deliver(headers: ["X-Webhook-Secret: guess"]).status == 401)
      try until("the task is there") { site.folder.names(in: "spool/stock/new").count == 1 }
      let task = site.folder.names(in: "spool/stock/new")[0]
      var owner = stat()
      #expect(stat(site.folder("spool/stock/new/\(task)").path, &owner) == 0)
      #expect(owner.st_uid == Self.user)
      // An importer in another container has the volume.
      #expect(
        try Site.members(of: site.folder("spool/stock/new/\(task)"))["incoming"] as? String
          == "stock")

      let health = try container.run("health")
      #expect(health.status == 0, "\(health.text)\(health.errors)")
      try site.folder.write("incoming: stock\npre_processors: []\n", to: "etc/webhooks/new.yaml")
      let reloaded = try container.run("reload")
      #expect(reloaded.status == 0, "\(reloaded.text)\(reloaded.errors)")
      #expect(try site.post("/webhook/new", Array("{}".utf8)).status == 200)

      // A container that is replaced leaves volumes and socket to the next one.
      container.stop()
      #expect(try site.deliver().status == 503)
      let next = try image.container(of: site)
      try site.start(by: [next.script.path])
      #expect(try site.deliver().status == 200)
      try until("all tasks are there") { site.folder.names(in: "spool/stock/new").count == 3 }
      next.stop()
    }
  }

  @Test func `the compose file fits the image`() throws {
    let image = try Image.made.get()
    let folder = Site.repository.appending(path: "systemd/examples/containers")
    let json = try Tool.run(
      "python3",
      [
        "-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))",
        folder.appending(path: "compose.yaml").path,
      ])
    let compose = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any])
    let services = try #require(compose["services"] as? [String: [String: Any]])
    func volumes(_ service: String) -> [String: String] {
      let lines = services[service]?["volumes"] as? [String] ?? []
      let ways = lines.map {
        $0.replacing(/\$\{\w+:-([^}]*)\}/) { $0.output.1 }.split(separator: ":")
      }
      return Dictionary(uniqueKeysWithValues: ways.map { (String($0[1]), String($0[0])) })
    }
    let responder = try #require(services["levelwind"])
    #expect(Set(volumes("levelwind").keys) == Set(image.configuration.volumes))
    #expect(responder["user"] as? String == image.configuration.user)
    #expect(
      (responder["healthcheck"] as? [String: Any])?["test"] as? [String]
        == image.configuration.health)
    // The three share the same volumes.
    #expect(volumes("nginx")["/run/levelwind"] == volumes("levelwind")["/run/levelwind"])
    #expect(
      volumes("importer")["/var/spool/levelwind"] == volumes("levelwind")["/var/spool/levelwind"])
    let importer = try #require(volumes("importer")["/usr/local/bin/import"])
    #expect(FileManager.default.fileExists(atPath: folder.appending(path: importer).path))
    // nginx takes its file with the snippets where the volumes put them.
    let root = Site.repository.appending(path: "nginx").path
    let checked = try Tool.run(
      "unshare",
      [
        "--mount", "sh", "-euc",
        """
        mount -t tmpfs none /run
        mkdir /run/tls && cd /run/tls
        openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=a -keyout privkey.pem -out fullchain.pem
        mkdir -p /run/nginx/conf.d
        cp -r \(root)/snippets /etc/nginx/fastcgi_params /run/nginx
        cp \(root)/levelwind.conf /run/nginx/conf.d
        cp \(folder.path)/nginx.conf /run/nginx
        cp -r /run/tls /run/nginx
        mount --bind /run/nginx /etc/nginx
        nginx -t
        """,
      ])
    #expect(checked.status == 0, "\(checked.errors)")
  }
}

/// The image, unpacked.
private final class Image: Sendable {
  /// What the image says of how it is run.
  struct Configuration: Sendable {
    let user: String
    let volumes: [String]
    let health: [String]
  }

  /// The image, made once.
  static let made = Result { try Image() }

  private let folder: Folder
  let configuration: Configuration
  private var bundle: String { folder("bundle").path }
  /// The root file system.
  var tree: String { bundle + "/rootfs" }

  private init() throws {
    folder = try Folder(named: "image")
    let made = try Tool.run(
      Site.repository.appending(path: "systemd/image").path,
      ["--package", DebianPackage.current().path, "--output", folder.path])
    try #require(made.status == 0, "\(made.errors)")
    let archive = made.text.trimmingCharacters(in: .newlines)
    let unpacked = try Tool.run(
      "sh",
      [
        "-euc",
        """
        mkdir layout && tar --extract --file "$1" --directory layout
        tag=$(umoci list --layout layout)
        umoci unpack --image "layout:$tag" bundle
        jq --compact-output .config "layout/blobs/sha256/$(jq --raw-output \\
          '.config.digest | ltrimstr("sha256:")' "layout/blobs/sha256/$(jq --raw-output \\
          '.manifests[0].digest | ltrimstr("sha256:")' layout/index.json)")"
        """.replacing("mkdir layout", with: "cd \(folder.path) && mkdir layout"), "sh", archive,
      ])
    try #require(unpacked.status == 0, "\(unpacked.errors)")
    let said = try #require(
      try JSONSerialization.jsonObject(with: Data(unpacked.output)) as? [String: Any])
    configuration = Configuration(
      user: said["User"] as? String ?? "",
      volumes: (said["Volumes"] as? [String: Any])?.keys.sorted() ?? [],
      health: (said["Healthcheck"] as? [String: Any])?["Test"] as? [String] ?? [])
  }

  /// Prepares a container whose volumes are the folders of a site.
  func container(of site: Site) throws -> Container {
    try site.folder.write(
      "base_url: https://localhost:\(site.port)\nmin_free: 1MiB\nmin_free_inodes: 10\n",
      to: "etc/levelwind.yaml")
    let places = [
      "/etc/levelwind": "etc", "/var/spool/levelwind": "spool", "/var/lib/levelwind": "state",
      "/run/levelwind": "run",
    ]
    for place in ["spool", "state", "run"] {
      try Tool.run("chown", ["-R", "4711:33", site.folder(place).path]).succeeded()
    }
    try Tool.run("chmod", ["2750", site.folder("run").path]).succeeded()
    try Tool.run("chown", ["-R", "4711", site.folder("etc").path]).succeeded()
    let mounts = places.map { place, name in
      #"{"destination":"\#(place)","type":"none","source":"\#(site.folder(name).path)","options":["bind","rw"]}"#
    }
    let name = "levelwind-\(UInt32.random(in: 0...UInt32.max))"
    let bundle = self.bundle
    // As the compose file says: no capability, and a root file system that can't be written to.
    try Tool.run(
      "sh",
      [
        "-euc",
        """
        jq '.process.terminal = false | .process.capabilities = {} | .process.noNewPrivileges = true
          | .root.readonly = true | del(.linux.resources)
          | .mounts |= map(select(.destination | test("^/(sys|etc|var|run)") | not))
          | .mounts += [\(mounts.joined(separator: ","))]' "$1/config.json" >"$1/new"
        mv "$1/new" "$1/config.json"
        """, "sh", bundle,
      ]
    ).succeeded()
    return try Container(name: name, bundle: bundle, in: site.folder)
  }
}

/// A container that crun runs.
private struct Container {
  let name: String
  /// The program that runs the container until it ends.
  let script: URL
  private let folder: Folder

  init(name: String, bundle: String, in folder: Folder) throws {
    self.name = name
    self.folder = folder
    // crun refuses machines that have both versions of cgroups.
    script = try folder.write(
      """
      #!/bin/sh
      exec unshare --mount sh -c '
        [ ! -d /sys/fs/cgroup/unified ] || umount /sys/fs/cgroup/unified
        exec crun --cgroup-manager=disabled run --bundle "\(bundle)" \(name)'

      """, to: name)
    chmod(script.path, 0o755)
  }

  /// The id of its first process.
  func pid() throws -> Int {
    let state = try Tool.run("crun", ["state", name])
    let object = try JSONSerialization.jsonObject(with: Data(state.output)) as? [String: Any]
    return try #require(object?["pid"] as? Int, "\(state.errors)")
  }

  /// Runs levelwind in the container.
  func run(_ arguments: String...) throws -> Tool.Result {
    try Tool.run(
      "unshare",
      [
        "--mount", "sh", "-c",
        """
        [ ! -d /sys/fs/cgroup/unified ] || umount /sys/fs/cgroup/unified
        exec crun --cgroup-manager=disabled exec --user 4711:33 \(name) /usr/bin/levelwind "$@"
        """, "sh",
      ] + arguments)
  }

  /// Ends it as a runtime does, by the image's signal, and waits.
  func stop() {
    _ = try? Tool.run("crun", ["kill", name, "TERM"])
    try? until("the container has ended") { try Tool.run("crun", ["state", name]).status != 0 }
  }
}

extension Tool.Result {
  fileprivate func succeeded() throws { try #require(status == 0, "\(errors)") }
}

extension Facility {
  fileprivate static let containers = Self(
    "root, crun and umoci",
    isThere: geteuid() == 0
      && ["crun", "umoci"].allSatisfy { (try? Tool.run($0, ["--version"]).status) == 0 })
}
