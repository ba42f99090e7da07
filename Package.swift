// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "levelwind",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CFastCGI", pkgConfig: "fcgi", providers: [.apt(["libfcgi-dev"])]),
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    // libjq comes without a pkg-config file.
    .systemLibrary(name: "CJQ", providers: [.apt(["libjq-dev"])]),
    .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    // Loaded at its first use, and so not linked.
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
      name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "FastCGI", dependencies: ["Bytes", "CFastCGI", "CLinux"], swiftSettings: strict),
    .target(name: "Bytes", dependencies: ["CLinux"], swiftSettings: strict),
    .target(
      name: "Spooling",
      dependencies: ["CLinux", "Bytes", .product(name: "Crypto", package: "swift-crypto")],
      exclude: ["WriteAheadLog/README.md"],
      swiftSettings: strict),
    .target(
      name: "History", dependencies: ["Bytes", "CLinux", "CSQLite", "CZlib"],
      exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "Verification",
      dependencies: [
        "Bytes", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "X509", package: "swift-certificates"),
      ], swiftSettings: strict),
    .target(
      name: "Webhooks",
      dependencies: [
        "CJQ", "CXML", "CYAML", "CZlib", "Bytes", "Spooling", "Verification",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .target(
      name: "Serving",
      dependencies: [
        "CLinux", "CSystemd", "FastCGI", "Bytes", "History", "Spooling", "Verification",
        "Webhooks",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .target(name: "Fetching", dependencies: ["CCurl"], swiftSettings: strict),
    .target(
      name: "Importing", dependencies: ["Bytes", "CLinux", "Spooling"], swiftSettings: strict),
    .target(
      name: "Sending",
      dependencies: ["Bytes", "Fetching", "Importing", "Spooling", "Verification", "Webhooks"],
      swiftSettings: strict),
    .target(
      name: "PostProcessing",
      dependencies: [
        "Bytes", "Fetching", "Importing", "Sending", "Spooling", "Verification", "Webhooks",
      ],
      swiftSettings: strict),
    .target(
      name: "Relaying",
      dependencies: [
        "Bytes", "CPostgreSQL", "CRabbitMQ", "Fetching", "Importing", "Sending", "Spooling",
        "Verification", "Webhooks",
      ], swiftSettings: strict),
    .target(
      name: "AdministrationMessages", swiftSettings: strict),
    .target(
      name: "Pages", dependencies: ["AdministrationMessages", "Bytes", "CLinux", "FastCGI"],
      swiftSettings: strict),
    .target(
      name: "Administration",
      dependencies: [
        "AdministrationMessages", "Bytes", "CLinux", "Fetching", "History", "Importing",
        "PostProcessing", "Serving",
        "Spooling", "Verification", "Webhooks",
      ], swiftSettings: strict),
    .executableTarget(
      name: "levelwind",
      dependencies: [
        "Administration", "Bytes", "CLinux", "FastCGI", "Fetching", "History", "Importing", "Pages",
        "PostProcessing", "Serving", "Spooling", "Verification", "Webhooks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "levelwind-relay",
      dependencies: [
        "Bytes", "Fetching", "Importing", "Relaying", "Serving", "Spooling", "Webhooks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "answer-only", dependencies: ["FastCGI"], path: "Tests/Programs/answer-only",
      swiftSettings: strict),
    .testTarget(name: "BytesTests", dependencies: ["Bytes", "Harness"], swiftSettings: strict),
    .testTarget(
      name: "SpoolingTests", dependencies: ["Bytes", "Harness", "Spooling"], swiftSettings: strict),
    .testTarget(
      name: "HistoryTests", dependencies: ["Bytes", "Harness", "History"], swiftSettings: strict),
    .testTarget(
      name: "ImportingTests", dependencies: ["Bytes", "Harness", "Importing", "Spooling"],
      swiftSettings: strict),
    .executableTarget(
      name: "fastcgi-probe", dependencies: ["FastCGI"], path: "Tests/Programs/fastcgi-probe",
      swiftSettings: strict),
    .testTarget(
      name: "FastCGITests",
      dependencies: ["Bytes", "FastCGI", "CFastCGI", "CLinux", "Harness", "fastcgi-probe"],
      swiftSettings: strict),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "Bytes", "Harness", "Verification", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ], resources: [.copy("Vectors")], swiftSettings: strict),
    .target(
      name: "SenderVectors", dependencies: ["Verification"], path: "Tests/SenderVectors",
      swiftSettings: strict),
    .testTarget(
      name: "WebhooksTests",
      dependencies: [
        "Webhooks", "Spooling", "Verification", "Bytes", "Harness", "SenderVectors", "CZlib",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ], exclude: ["Configuration/identifiers.tsv", "Routing/items.py"], swiftSettings: strict),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "Bytes", "FastCGI", "Harness", "Serving", "Spooling", "Webhooks",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .testTarget(
      name: "FetchingTests", dependencies: ["Fetching", "Harness"], swiftSettings: strict),
    .testTarget(
      name: "SendingTests",
      dependencies: ["Fetching", "Harness", "Importing", "Sending", "Spooling", "Webhooks"],
      swiftSettings: strict),
    .testTarget(
      name: "AdministrationTests",
      dependencies: [
        "Administration", "AdministrationMessages", "Fetching", "Harness", "History", "Spooling",
        "Verification", "Webhooks",
      ], swiftSettings: strict),
    .testTarget(
      name: "PagesTests",
      dependencies: ["AdministrationMessages", "Bytes", "Harness", "Pages"], exclude: ["Golden"],
      swiftSettings: strict),
    .testTarget(name: "HouseTests", dependencies: ["Webhooks"], swiftSettings: strict),
    .executableTarget(
      name: "levelwind-faulty",
      dependencies: [
        "Bytes", "Serving", "Spooling",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Tests/Programs/levelwind-faulty", swiftSettings: strict),
    .target(
      name: "Harness", dependencies: ["Bytes", "Spooling"], path: "Tests/Harness",
      swiftSettings: strict),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "AdministrationMessages", "Bytes", "Harness", "Pages", "Spooling", "Webhooks", "levelwind",
        "levelwind-faulty", "levelwind-relay",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SystemdTests",
      dependencies: ["Harness", "Serving", "Spooling", "levelwind", "levelwind-relay"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "FaultTests",
      dependencies: [
        "Bytes", "Harness", "Spooling", "levelwind", "levelwind-faulty", "levelwind-relay",
      ],
      swiftSettings: strict),
  ]
)

// What a build with a sanitizer takes: Tests/Tools/fuzz and Tests/Tools/sanitize ask for it.
switch Context.environment["LEVELWIND_SANITIZE"] {
case "fuzzer":
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "AdministrationMessages", "CFastCGI", "CZlib", "FastCGI", "Bytes", "Pages", "SenderVectors",
        "Serving", "Spooling", "Verification", "Webhooks",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/Programs/fuzz", exclude: ["corpus"], swiftSettings: strict))
case "thread":
  let wanted: Set = [
    "CLinux", "CFastCGI", "FastCGI", "Bytes", "Spooling", "Harness", "fastcgi-probe", "BytesTests",
    "FastCGITests", "SpoolingTests",
  ]
  package.targets.removeAll { !wanted.contains($0.name) }
default: break
}
