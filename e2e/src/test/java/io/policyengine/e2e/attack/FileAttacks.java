package io.policyengine.e2e.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Attacks by who writes files of the configuration, or should read the log. */
final class FileAttacks {
    private static final int KEYS = 2_500;

    private FileAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth("a log whose reader has stopped", FileAttacks::unread),
                Attack.onBoth("hundreds of routes that share a key file", FileAttacks::shared),
                Attack.of("a file that is replaced all the time", FileAttacks::churn),
                Attack.of("files that are touched all the time", FileAttacks::touch),
                Attack.of("a key file that is replaced all the time", FileAttacks::replaceKeys),
                Attack.of("a key file that becomes a pipe", target -> become(target, "mkfifo", "keys.yaml")),
                Attack.of("a key file that becomes a directory", target -> become(target, "mkdir", "keys.yaml")),
                Attack.of(
                        "a key file that becomes a loop of links",
                        target -> become(target, "ln", "-s", "keys.yaml", "keys.yaml")),
                Attack.of(
                        "a route file that becomes a pipe",
                        target -> become(target, "mkfifo", "routes/attacked.yaml")));
    }

    /** With a line for each request. */
    private static long unread(Target target) throws Exception {
        target.conf().replacing("kernel.yaml", "metrics_port: 0", "log_level: debug\n    metrics_port: 0");
        try {
            target.reload();
            target.stack().signalLogReader("STOP");
            try (Wave wave = target.flood(target.figure(1_000), 10, Http1.get("/keys"))) {
                target.hold();
                wave.awaitOver();
            }
        } finally {
            target.stack().signalLogReader("CONT");
            target.conf().replacing("kernel.yaml", "log_level: debug\n    ", "");
            target.reload();
        }
        return 0;
    }

    private static long shared(Target target) throws IOException {
        String keys = IntStream.range(0, KEYS)
                .mapToObj(i -> "- { consumer: consumer-" + i + ", sha256: " + "%064x".formatted(i) + " }\n")
                .collect(Collectors.joining());
        String routes = IntStream.range(0, target.figure(500))
                .mapToObj(
                        i -> "  - route_name: /shared/" + i
                                + "\n    request_flow: { policy_chain: [{ policy: apiKeyAuth, params: { key_file: shared.yaml } }] }\n")
                .collect(Collectors.joining());
        Path file = target.conf().directory().resolve("routes/shared.yaml");
        target.conf().with("shared.yaml", keys).with("routes/shared.yaml", "route_policies:\n" + routes);
        try {
            target.reload();
            target.hold();
            for (int round = 0; round < target.figure(3); round++) {
                replace(target, "shared.yaml", keys);
                target.good().awaitMore(50);
            }
        } finally {
            Files.delete(file);
            target.reload();
            Files.delete(target.conf().directory().resolve("shared.yaml"));
        }
        return 0;
    }

    /** It hides no change of another file. */
    private static long churn(Target target) throws IOException {
        Path other = target.conf().directory().resolve("routes/other.yaml");
        Path churned = target.conf().directory().resolve("routes/churned.yaml");
        target.conf().with("routes/other.yaml", route("/other"));
        try {
            for (int round = 0; round < target.requests() / 10 || !isThere(target, "/other"); round++) {
                replace(target, "routes/churned.yaml", route("/churned/" + round));
                target.good().awaitMore(10);
            }
        } finally {
            Files.delete(other);
            Files.delete(churned);
            target.reload();
        }
        return 0;
    }

    private static String route(String name) {
        return "route_policies:\n  - route_name: " + name
                + "\n    request_flow: { policy_chain: [{ policy: requestId }] }\n";
    }

    private static boolean isThere(Target target, String route) {
        return target.stack()
                        .manage("GET", "/routes/" + route.replace("/", "%2F"), "")
                        .status()
                == 200;
    }

    private static long touch(Target target) throws IOException {
        List<Path> files = List.of(
                target.conf().directory().resolve("kernel.yaml"),
                target.conf().directory().resolve("routes/good.yaml"),
                target.conf().directory().resolve("keys.yaml"));
        for (int round = 0; round < target.requests(); round++) {
            for (Path file : files) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            }
            target.good().awaitMore(1);
        }
        return 0;
    }

    private static long replaceKeys(Target target) throws IOException {
        String keys = Files.readString(target.conf().directory().resolve("keys.yaml"));
        for (int round = 0; round < target.requests() / 2; round++) {
            replace(target, "keys.yaml", keys + "- { consumer: c" + round + ", plain: key-of-" + round + " }\n");
            target.good().awaitMore(2);
        }
        replace(target, "keys.yaml", keys);
        return 0;
    }

    private static void replace(Target target, String file, String text) throws IOException {
        Path there = target.conf().directory().resolve(file);
        Path next = target.conf().folder().resolve("next");
        Files.writeString(next, text);
        Files.move(next, there, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** It is made by a command in the directory, whose last argument is the file. */
    private static long become(Target target, String... command) throws Exception {
        Path file = target.conf().directory().resolve(command[command.length - 1]);
        String text = Files.readString(file);
        Files.delete(file);
        try {
            new ProcessBuilder(command)
                    .directory(target.conf().directory().toFile())
                    .start()
                    .waitFor();
            target.hold();
        } finally {
            Files.delete(file);
            Files.writeString(file, text);
            target.reload();
        }
        return 0;
    }
}
