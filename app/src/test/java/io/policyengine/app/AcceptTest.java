package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code accept} of a route policy, as {@code who} and {@code validate} judge it. */
class AcceptTest {
    private static final Pattern LINE = Pattern.compile("accept: \\[(\\{.*, reason: )\"\" }]$", Pattern.MULTILINE);

    private static final String KEYS =
            "keys: [{ consumer: a, sha256: f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1 }]";
    private static final String KEY = "{ policy: apiKeyAuth, params: { " + KEYS + " } }";
    private static final String OPTIONAL_KEY = "{ policy: apiKeyAuth, params: { required: false, " + KEYS + " } }";
    private static final String OPTIONAL_PASSWORD =
            "{ policy: basicAuth, params: { required: false, users: { a: \"{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=\" } } }";
    private static final String BETA =
            "{ policy: apiKeyAuth, when: \"!('x-beta' in request.headers)\", params: { " + KEYS + " } }";
    private static final String LIMIT = "{ policy: rateLimit, params: { requests_per_second: 1 } }";
    private static final String BETA_ITEM = "{ no_identity_when: condition_false apiKeyAuth, condition:"
            + " \"!('x-beta' in request.headers)\", reason: beta clients }";

    @TempDir
    Path directory;

    @Test
    void aPublicRouteSaysSoOnce() throws IOException {
        write("accept: [{ no_identity_when: always, reason: public documentation }]", LIMIT, "");

        assertThat(who("--strict")).contains("""
                          requests reach the upstream without an identity: no entry provides one
                              accepted: public documentation (routes/a.yaml:3:14)
                        """).endsWith("; 1 opening, 1 accepted\nexit code 0\n");
        assertThat(validate("--strict")).contains(": valid, ").endsWith(", 0 warnings\nexit code 0\n");
    }

    @Test
    void anOpeningThatIsNotAcceptedFailsAStrictCheckWithPlaceAndRemedy() throws IOException {
        write("", BETA, "");

        assertThat(who("--strict")).endsWith("exit code 1\n");
        assertThat(validate("--strict"))
                .contains(
                        "/routes/a.yaml:6:39: warning: requests reach the upstream without an identity if the condition"
                                + " of 'apiKeyAuth' is false (`when: !('x-beta' in request.headers)` at routes/a.yaml:6:39):"
                                + " remove 'when', or add an entry for the requests for which it is false, with the opposite"
                                + " condition; or, if this is intended, accept: [{ no_identity_when: condition_false apiKeyAuth,"
                                + " condition: \"!('x-beta' in request.headers)\", reason: \"\" }] with a reason (route '/a')\n")
                .endsWith("0 errors, 1 warning\nexit code 1\n");
        assertThat(validate()).endsWith(", 0 warnings\nexit code 0\n");
    }

    /** Chains before and behind identities, caches, masks, limits and skips. */
    static final class Chains {
        static final String CACHE = "{ policy: cache }";
        static final String ROLES = "{ policy: roleCheck, params: { required_roles: [a] } }";
        static final String MASK = "{ policy: piiRedaction }";
        static final String SHARED_LIMIT = "{ policy: rateLimit, on_failure: %s, params: { limits: { requests: 1, per:"
                + " second }, store: redis, on_store_failure: allow } }";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "KEY",
                "BETA",
                "OPTIONAL_KEY, OPTIONAL_PASSWORD",
                "OPTIONAL_KEY, { policy: roleCheck, mode: shadow, params: { required_roles: [a] } }",
                "{ policy: apiKeyAuth, mode: off, params: { KEYS } }, LIMIT",
                "{ name: \" a: b  #c \\\"d' \", policy: apiKeyAuth, mode: off, params: { KEYS } }",
                "CACHE, KEY, ROLES | CACHE, MASK",
                "KEY, CACHE, ROLES, LIMIT | MASK, CACHE, { name: later, policy: piiRedaction, when: \"response.status == 200\" }",
                "KEY, { policy: piiRedaction, when: \"request.method == 'POST'\" } | { policy: piiRedaction, when: \"true\" }",
                "KEY, SKIPPING, ROLES, LIMIT, { name: second, policy: rateLimit, params: { requests_per_second: 1 } }",
                "KEY, CONTINUING, { policy: contentFilter, on_encoded: pass, params: { words: [a] } }",
                "{ policy: apiKeyAuth, on_failure: continue, on_overload: continue, params: { KEYS } }, LIMIT",
                "{ policy: apiKeyAuth, when: \"'x-a' in request.headers\", params: { KEYS } }, { name: 'two',"
                        + " policy: apiKeyAuth, when: \"'x-b' in request.headers\", params: { KEYS } }",
            })
    void eachPrintedItemAcceptsItsWay(String chains) throws IOException {
        String[] flows = chains.split(" \\| ", -1);
        String response = flows.length > 1 ? filled(flows[1]) : "";
        write("", filled(flows[0]), response);
        List<String> items = items(who());

        write(accept(items), filled(flows[0]), response);

        String accepted = who("--strict");
        assertThat(accepted).as(accept(items)).endsWith("exit code 0\n").doesNotContain("      accept: ");
        // The lint may have found something else; what is accepted is no finding.
        assertThat(validate("--strict"))
                .doesNotContain(" reach the ")
                .doesNotContain("'accept'")
                .doesNotContain("[skipped_on_hit]")
                .doesNotContain("[authentication_fails_open]");
        for (String item : items) {
            write(accept(items.stream().filter(other -> !other.equals(item)).toList()), filled(flows[0]), response);
            assertThat(who("--strict")).as("without " + item).endsWith("exit code 1\n");
        }
    }

    @Test
    void anItemAcceptsNoWiderWay() throws IOException {
        String both = "{ no_identity_when: [no_credentials apiKeyAuth, no_credentials basicAuth], reason: r }";
        write("accept: [" + both + "]", OPTIONAL_KEY + ", " + OPTIONAL_PASSWORD, "");
        assertThat(who("--strict")).endsWith("exit code 0\n");

        write("accept: [" + both + "]", OPTIONAL_KEY, "");
        assertThat(who("--strict")).endsWith("exit code 1\n");
        assertThat(validate()).contains("/routes/a.yaml:3:14: warning: no message bypasses the policies in the way");

        write(
                "accept: [{ no_identity_when: no_credentials apiKeyAuth, reason: r }]",
                OPTIONAL_KEY + ", " + OPTIONAL_PASSWORD,
                "");
        assertThat(who("--strict")).endsWith("exit code 1\n");
    }

    @Test
    void aChangedConditionHasToBeAcceptedAgain() throws IOException {
        write("accept: [" + BETA_ITEM + "]", BETA, "");
        assertThat(who("--strict")).endsWith("exit code 0\n");
        assertThat(validate("--strict")).endsWith("exit code 0\n");

        write("accept: [" + BETA_ITEM + "]", BETA.replace("!('x-beta' in request.headers)", "false"), "");

        assertThat(who("--strict")).endsWith("exit code 1\n");
        assertThat(validate())
                .contains("/routes/a.yaml:3:14: warning: a condition that this item of 'accept' quotes has changed");
    }

    @Test
    void whatASkipLeavesOutIsAcceptedForNamedEntriesOnly() throws IOException {
        String chain = filled("KEY, SKIPPING, ROLES");
        String item = "{ no_access_when: dependency_away rateLimit, entries: roleCheck, reason: r }, "
                + "{ no_limit_when: dependency_away rateLimit, reason: r }";
        write("accept: [" + item + "]", chain, "");
        assertThat(who("--strict")).endsWith("exit code 0\n");

        write("accept: [" + item + "]", chain + ", { policy: ipFilter, params: { allow: 10.0.0.0/8 } }", "");

        assertThat(who("--strict")).endsWith("exit code 1\n");
    }

    @Test
    void anItemWithoutAWayIsPointedOut() throws IOException {
        write("accept: [" + BETA_ITEM + "]", KEY, "");

        assertThat(validate())
                .contains("/routes/a.yaml:3:14: warning: no message bypasses the policies in the way that this item of"
                        + " 'accept' names: remove it, or replace it by the item that 'policy-engine who' prints\n")
                .endsWith(", 1 warning\nexit code 0\n");
        assertThat(validate("--strict")).endsWith("exit code 1\n");
    }

    @Test
    void anOverrideNeitherUsesAnItemNorMakesItUseless() throws IOException {
        write("accept: [" + BETA_ITEM + "]", BETA, "");
        Files.writeString(
                directory.resolve("overrides.yaml"),
                "overrides: [{ policy: apiKeyAuth, mode: shadow, reason: test }]\n");

        assertThat(validate()).doesNotContain("warning: ");
        assertThat(who("--strict")).contains("accept: [{ no_identity_when: shadow apiKeyAuth, reason: \"\" }]");
        assertThat(who("--strict")).endsWith("exit code 1\n");
    }

    @Test
    void alwaysConcernsTheUpstreamAndNotStoredResponses() throws IOException {
        write("accept: [{ no_identity_when: always, reason: r }]", filled("CACHE, KEY"), "");

        assertThat(who("--strict"))
                .contains("accept: [{ no_identity_when: from_memory cache, reason: \"\" }]")
                .endsWith("exit code 1\n");
        assertThat(validate()).contains("warning: no message bypasses the policies in the way");
    }

    /** Half of 16 ways are listed; most of more than 64 states are forgotten on the way. */
    @ParameterizedTest
    @ValueSource(ints = {4, 20})
    void moreWaysThanAreListedAreNotAcceptedOneByOne(int entries) throws IOException {
        String chain = IntStream.range(0, entries)
                .mapToObj(number -> "{ name: a" + number + ", policy: apiKeyAuth, when: \"request.headers['x-" + number
                        + "'] == 'b'\", params: { required: false, " + KEYS + " } }")
                .collect(Collectors.joining(", "));
        write("", chain, "");
        String said = who();

        write(accept(items(said)), chain, "");
        String accepted = who("--strict");
        String strict = validate("--strict");
        write("accept: [{ no_identity_when: always, reason: public }]", chain, "");

        assertThat(said).contains("    - further circumstances, which are not listed\n");
        assertThat(accepted).endsWith("1 opening\nexit code 1\n");
        assertThat(strict)
                .contains("in more ways than can be listed and accepted")
                .endsWith("exit code 1\n");
        assertThat(who("--strict")).endsWith("exit code 0\n");
        assertThat(validate("--strict")).endsWith("exit code 0\n");
    }

    @Test
    void whatTheLintNamesIsNotNamedTwice() throws IOException {
        write("", "{ policy: apiKeyAuth, on_failure: continue, params: { " + KEYS + " } }", "");

        assertThat(validate("--strict"))
                .contains("[authentication_fails_open]\n")
                .doesNotContain("requests reach the upstream");
    }

    @Test
    void listedRoutesAndIntendedReroutesAreAccepted() throws IOException {
        write("", KEY.replace(" } }", " } }, { policy: rewrite, reroute: true, params: { path: /b } }"), "");
        assertThat(who("--strict")).endsWith("1 opening\nexit code 1\n");

        write(
                "lint_ignore: [reroute_skips_chain]",
                KEY + ", { policy: rewrite, reroute: true, params: { path: /b } }",
                "");
        Files.writeString(
                directory.resolve("kernel.yaml"), "policy_kernel: { unknown_route: deny, open_routes: [health] }\n");

        assertThat(who("--strict")).endsWith("2 openings, 2 accepted\nexit code 0\n");
    }

    @Test
    void theJsonHasTheReason() throws IOException {
        write("accept: [" + BETA_ITEM + "]", BETA + ", " + LIMIT.replace("rateLimit,", "rateLimit, mode: off,"), "");

        assertThat(who("--json"))
                .contains("\"openings\" : 2,\n  \"accepted\" : 1,\n")
                .contains("\"accepted\" : \"beta clients\",")
                .contains("\"accepted\" : null,")
                .contains("\"accept\" : \"accept: [{ no_limit_when: off rateLimit, reason: \\\"\\\" }]\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ no_identity_when: no_credential apiKeyAuth, reason: r } | unknown circumstance 'no_credential', did you"
                        + " mean 'no_credentials'?",
                "{ no_identity_when: x-beta is set, reason: r } | unknown circumstance 'x-beta'; known circumstances: always,",
                "{ no_identity_when: rerouted canary, reason: r } | unknown circumstance 'rerouted'",
                "{ no_identity_when: off, reason: r } | expected the name of an entry after 'off'",
                "{ no_identity_when: off a } | missing key 'reason'",
                "{ no_identity_when: off a, reason: ' ' } | must not be blank",
                "{ no_identity_when: [], reason: r } | ",
                "{ reason: r } | give exactly one of 'no_identity_when', 'no_access_when', 'no_limit_when',"
                        + " 'no_judgement_when', 'no_mask_when'",
                "{ no_identity_when: off a, no_limit_when: off a, reason: r } | give exactly one of",
                "{ no_identity: off a, reason: r } | unknown key 'no_identity'",
                "{ no_limit_when: always, reason: r } | 'always' is possible only with 'no_identity_when'",
                "{ no_identity_when: [always, off a], reason: r } | 'always' covers every circumstance",
                "{ no_identity_when: off a, entries: [a], reason: r } | remove 'entries'",
                "{ no_identity_when: off a, flow: response, reason: r } | remove 'flow'",
                "{ no_identity_when: condition_false a, reason: r } | in the same order: expected 1, found 0",
                "{ no_identity_when: off a, condition: 'true', reason: r } | expected 0, found 1",
            })
    void anItemThatIsNotUnderstoodIsAnError(String text) throws IOException {
        String[] parts = text.split(" \\| ", -1);
        write("accept: [" + parts[0] + "]", KEY, "");

        assertThat(validate())
                .contains("/routes/a.yaml:3:")
                .contains(": error: ")
                .contains(parts[1])
                .contains("1 error, ")
                .endsWith("exit code 1\n");
    }

    private static String filled(String chain) {
        return chain.replace("OPTIONAL_KEY", OPTIONAL_KEY)
                .replace("OPTIONAL_PASSWORD", OPTIONAL_PASSWORD)
                .replace("SKIPPING", Chains.SHARED_LIMIT.formatted("skip_remaining"))
                .replace("CONTINUING", Chains.SHARED_LIMIT.formatted("continue"))
                .replace("KEYS", KEYS)
                .replaceAll("\\bKEY\\b", KEY)
                .replaceAll("\\bBETA\\b", BETA)
                .replace("ROLES", Chains.ROLES)
                .replace("CACHE", Chains.CACHE)
                .replace("MASK", Chains.MASK)
                .replace("LIMIT", LIMIT);
    }

    private static List<String> items(String said) {
        return LINE.matcher(said)
                .results()
                .map(found -> found.group(1) + "intended }")
                .distinct()
                .toList();
    }

    private static String accept(List<String> items) {
        return items.isEmpty() ? "" : "accept: [" + String.join(", ", items) + "]";
    }

    private void write(String accept, String request, String response) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { unknown_route: deny }\n");
        Files.writeString(
                directory.resolve("worker.yaml"),
                "worker_core:\n  name: default-worker\n  stores: { redis: { url: \"redis://127.0.0.1:1\" } }\n");
        Files.writeString(
                directory.resolve("routes/a.yaml"),
                "route_policies:\n  - route_name: /a\n    " + (accept.isEmpty() ? "group: g" : accept)
                        + "\n    request_flow:\n      policy_chain:\n        [ " + request
                        + " ]\n    response_flow:\n      policy_chain: [ " + response + " ]\n");
    }

    private String who(String... options) {
        return run("who", options);
    }

    private String validate(String... options) {
        return run("validate", options);
    }

    private String run(String command, String... options) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        int exitCode = Main.run(
                printer,
                printer,
                Stream.of(Stream.of(command), Stream.of(options), Stream.of(directory.toString()))
                        .flatMap(part -> part)
                        .toArray(String[]::new));
        printer.flush();
        return said + "exit code " + exitCode + "\n";
    }
}
