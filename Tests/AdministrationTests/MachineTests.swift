import Foundation
import Testing

@testable import Administration

/// What the machine says, as text: nginx's files, systemd's units, modes of files.
@Suite struct MachineTests {
  private static let dump = """
    # configuration file /etc/nginx/nginx.conf:
    user www-data;
    http {
      client_max_body_size 2m; # for all
      upstream levelwind { server unix:/run/levelwind.sock; }
      include sites/*.conf;
    }
    # configuration file /etc/nginx/sites/hooks.conf:
    server {
      listen 443 ssl default_server;
      listen [::]:443 ssl;
      server_name hooks.example.org *.example.net;
      location ^~ /in/webhook/ {
        fastcgi_read_timeout 500ms;
        fastcgi_pass levelwind;
      }
    }
    server { listen 80; server_name other.example.org; }
    """

  @Test func `nginx's locations are found through includes, with what holds there`() throws {
    let nginx = NginxConfiguration(dump: Self.dump).sites
    #expect(nginx.user == "www-data")
    let webhooks = try #require(nginx.webhooks.first)
    #expect(nginx.webhooks.count == 1)
    #expect(webhooks.file == "/etc/nginx/sites/hooks.conf" && webhooks.path == "/in")
    #expect(webhooks.bodyLimit == 2 << 20 && webhooks.readTimeout == 0.5)
    #expect(webhooks.socket == "/run/levelwind.sock")
  }

  @Test(arguments: [
    ("hooks.example.org", 443, 0), ("a.example.net", 443, 0), ("unknown.example.com", 443, 0),
    ("other.example.org", 80, 1), ("hooks.example.org", 80, 1),
  ])
  func `the server block is the one that nginx takes`(host: String, port: Int, index: Int) {
    let nginx = NginxConfiguration(dump: Self.dump).sites
    #expect(nginx.server(for: host, port: port)?.server.names == nginx.servers[index].names)
    #expect(nginx.server(for: host, port: 8080) == nil)
  }

  @Test(arguments: [
    ("https://hooks.example.org", "hooks.example.org", 443, ""),
    ("https://Hooks.example.org:8443/in", "hooks.example.org:8443", 8443, "/in"),
    ("http://[2001:db8::1]", "[2001:db8::1]", 80, ""),
  ])
  func `base_url is taken apart`(url: String, authority: String, port: Int, path: String) throws {
    let address = try #require(PublicAddress(url))
    #expect(address.authority == authority && address.port == port && address.path == path)
  }

  @Test func `systemd's lists are split as a shell does`() {
    let unit = ServiceUnit(
      shown: #"""
        Id=levelwind-drain@stock.service
        LoadState=loaded
        Environment=LANG=C.UTF-8 "DRAIN_COMMAND=/opt/a\ b 'c d'"
        """#)
    #expect(unit.isLoaded && unit.name == "levelwind-drain@stock.service")
    #expect(unit.variable("DRAIN_COMMAND") == "/opt/a b 'c d'")
    #expect(ServiceUnit.words("a  'b c' \"d'e\" \\ f ''") == ["a", "b c", "d'e", " f", ""])
  }

  @Test func `modes give a user what its own, its group's or the others' bits say`() throws {
    let nobody = try #require(Account(named: "nobody"))
    var status = stat()
    (status.st_uid, status.st_gid, status.st_mode) = (nobody.user, 0, 0o407)
    #expect(nobody.may(4, status) && !nobody.may(2, status))
    (status.st_uid, status.st_gid) = (0, try #require(nobody.groups.first))
    #expect(!nobody.may(4, status))
    status.st_gid = .max
    #expect(nobody.may(7, status))
    #expect(try #require(Account(named: "root")).may(7, status))
    #expect(Account(named: "no-such-user") == nil)
  }
}
