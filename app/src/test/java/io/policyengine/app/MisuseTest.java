package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Chains that protect less than they seem to, in resources/misuse/misused, each in a file of its own. {@code validate
 * --strict} or {@code who --strict} names each with its place and what to do. Their remedies, in the files of the same
 * names in resources/misuse/mended, are not named.
 */
class MisuseTest {
    private static final Path MISUSED = Path.of("src/test/resources/misuse/misused");
    private static final Path MENDED = Path.of("src/test/resources/misuse/mended");

    private static List<String> validated = List.of();
    private static List<String> reported = List.of();
    private static List<String> validatedMended = List.of();
    private static List<String> reportedMended = List.of();

    /**
     * A misuse.
     *
     * @param name the file's name, without extension
     * @param place line and column of what is named
     * @param named parts of the message
     */
    record Misuse(String name, String place, List<String> named) {
        Misuse(String name, String place, String... named) {
            this(name, place, List.of(named));
        }

        boolean isIn(String message) {
            return named.stream().allMatch(message::contains);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Misuse> misuses() {
        return List.of(
                new Misuse("any-audience", "5:19", "set 'audiences' for every issuer", "[audience_unchecked]"),
                new Misuse("reflecting-origins", "6:67", "'allow_origins'", "for certain hosts"),
                new Misuse("chosen-key", "6:21", "by 'x-tenant'", "count by the identity", "[client_chooses_key]"),
                new Misuse(
                        "counted-twice",
                        "6:21",
                        "'quota' relies on state in the memory of its process, and worker 'counters' has 2 replicas",
                        "set 'store' to a shared store",
                        "(route '/counted-twice')",
                        "[state_not_shared]"),
                new Misuse("whole-address", "6:21", "by request.client_address", "client_ip", "[client_chooses_key]"),
                new Misuse("forwarded-key", "5:21", "'x-forwarded-for'", "client_ip", "[address_from_header]"),
                new Misuse("unsigned-body", "5:19", "add content-digest", "[body_unsigned]"),
                new Misuse(
                        "nobody-required",
                        "6:31",
                        "the request has no credentials for 'apiKeyAuth'",
                        "no credentials for 'jwtValidation'",
                        "remedy: remove 'required'"),
                new Misuse("rerouted-arm", "6:19", "give both Envoy routes the same name", "[reroute_skips_chain]"),
                new Misuse("roles-first", "5:21", "'roleCheck' needs an identity", "[needs_identity]"),
                new Misuse("cache-first", "6:21", "move it before 'cache'", "[skipped_on_hit]"),
                new Misuse("mask-behind-cache", "10:21", "move it before 'cache'", "[skipped_on_hit]"),
                new Misuse(
                        "chosen-condition",
                        "6:17",
                        "the condition of 'apiKeyAuth' is false",
                        "remedy: remove 'when', or add an entry"),
                new Misuse(
                        "authentication-yields", "5:19", "'on_failure' is not 'deny'", "[authentication_fails_open]"),
                new Misuse(
                        "authorization-yields",
                        "8:23",
                        "a dependency of 'extAuthz' is unavailable",
                        "remedy: set 'on_failure: deny'"),
                new Misuse("decision-for-any-path", "7:119", "request.method and request.path"),
                new Misuse("one-name-space", "5:19", "give each issuer a different 'id_prefix'", "[issuers_share_ids]"),
                new Misuse("address-from-header", "5:19", "use request.client_address", "[address_from_header]"),
                new Misuse("shadowed", "6:17", "always: 'apiKeyAuth' runs in shadow", "remedy: set 'mode: enforce'"),
                new Misuse("overridden", "2:5", "the override of route '/overridden'", "remedy: remove the override"),
                new Misuse(
                        "limit-yields",
                        "7:91",
                        "a dependency of 'rateLimit' is unavailable",
                        "remedy: set 'on_store_failure: deny'"),
                new Misuse("chosen-cost", "7:65", "let every request cost more than 0", "[limit_costs_nothing]"),
                new Misuse("free-model", "10:22", "'/prices/local'", "[limit_costs_nothing]"),
                new Misuse(
                        "too-large-to-judge",
                        "7:78",
                        "the body is larger than 'virusScan' inspects",
                        "remedy: set 'on_too_large: deny'"),
                new Misuse(
                        "encoded-to-pass",
                        "7:23",
                        "a content coding that 'contentFilter' cannot decode",
                        "remedy: remove 'on_encoded'"),
                new Misuse(
                        "skips-authentication",
                        "7:23",
                        "a dependency of 'extAuthz' is unavailable",
                        "remedy: set 'on_failure: deny'"),
                new Misuse("secret-in-query", "5:19", "take it from a header or a cookie", "[secret_in_query]"),
                new Misuse("raw-path", "6:19", "use request.path", "[decides_on_raw_path]"),
                new Misuse("replay-before-roles", "7:21", "move it before 'idempotency'", "[skipped_on_hit]"),
                new Misuse("headers-by-tenant", "9:45", "let 'cache' distinguish them", "[stored_for_others]"),
                new Misuse("mask-by-tenant", "9:41", "let 'cache' distinguish them", "[stored_for_others]"),
                new Misuse("replay-by-tenant", "9:41", "let 'idempotency' distinguish them", "[stored_for_others]"),
                new Misuse("meaning-by-tenant", "9:41", "let 'semanticCache' distinguish them", "[stored_for_others]"),
                new Misuse("headers-by-tier", "9:45", "let 'cache' distinguish them", "[stored_for_others]"),
                new Misuse("headers-by-user-field", "9:45", "let 'cache' distinguish them", "[stored_for_others]"),
                new Misuse("header-for-user", "9:21", "let 'cache' distinguish them", "[stored_for_others]"),
                new Misuse("secret-as-public-key", "11:29", "HS256 needs a secret"));
    }

    @BeforeAll
    static void validateAndAskWho() {
        validated = run("validate", MISUSED);
        reported = ways(run("who", MISUSED));
        validatedMended = run("validate", MENDED);
        reportedMended = ways(run("who", MENDED));
    }

    @ParameterizedTest
    @MethodSource("misuses")
    void isNamedWithItsPlaceAndARemedy(Misuse misuse) {
        String file = misuse.name().equals("overridden") ? "overrides" : "routes/" + misuse.name();

        assertThat(Stream.concat(validated.stream(), reported.stream()))
                .filteredOn(message -> message.contains(file + ".yaml:"))
                .as("what is said of %s", misuse)
                .anyMatch(message -> message.contains(file + ".yaml:" + misuse.place()) && misuse.isIn(message));
    }

    @ParameterizedTest
    @MethodSource("misuses")
    void theRemedyIsNotNamed(Misuse misuse) {
        assertThat(validatedMended)
                .filteredOn(message -> !message.contains(": note: "))
                .noneMatch(message -> message.contains("routes/" + misuse.name() + ".yaml"));
        assertThat(reportedMended)
                .filteredOn(message -> message.contains("routes/" + misuse.name() + ".yaml"))
                .noneMatch(misuse::isIn);
    }

    @Test
    void eachFileIsAMisuseWithARemedy() throws IOException {
        List<String> names =
                misuses().stream().map(misuse -> misuse.name() + ".yaml").toList();

        assertThat(files(MISUSED)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(files(MENDED)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void openRoutesAreNamed() {
        assertThat(reported)
                .anyMatch(message -> message.contains("/health (kernel.yaml)")
                        && message.contains("requests reach the upstream without any policy: open_routes"));
        assertThat(reportedMended).noneMatch(message -> message.contains("without any policy"));
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("routes"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static List<String> run(String command, Path directory) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        int exitCode = Main.run(printer, printer, command, "--strict", directory.toString());
        assertThat(exitCode).as(said::toString).isEqualTo(directory.equals(MISUSED) ? 1 : 0);
        return said.toString().lines().toList();
    }

    /** Returns the ways of a report, each with its statement before it and its remedy behind it, in one line. */
    private static List<String> ways(List<String> lines) {
        String text = String.join("\n", lines);
        return Arrays.stream(text.split("\n(?=    - |\\S)"))
                .map(way -> way.replaceAll("\\s+", " "))
                .toList();
    }
}
