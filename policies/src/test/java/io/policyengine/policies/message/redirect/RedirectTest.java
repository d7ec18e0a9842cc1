package io.policyengine.policies.message.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

final class RedirectTest {
    private static final String ALPHABET = "ab/./..//%2e%2F?#&=\\@:;[]<>\"'`{}|^~+ \t\r\n\0\u007f\u00e9";

    private static PolicyTester to(String location, int status) {
        var params =
                JsonNodeFactory.instance.objectNode().put("location", location).put("status", status);
        return PolicyTester.of(new RedirectFactory(), params, new FakeEnvironment());
    }

    private static String location(PolicyTester tester, String target) {
        return String.valueOf(
                tester.request(TestMessages.get(target)).denial().headers().get("location"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${request.header.X-Next}",
                "${metadata.url}/a",
                "${identity.id}",
                "https://${request.header.X-Host}/",
                "https://${metadata.tenant}.example.com/",
                "https://example.com${metadata.tenant}",
                "https://example.com:${metadata.port}/",
                "//${metadata.host}/",
                "//",
                "///evil.example",
                "https:${request.path}",
                "https:/${request.path}",
                "https:///a",
                "https://user@example.com/",
                "https://example.com:x/",
                "https://[::1/",
                "https://b\u00fccher.example/",
                "javascript:alert(1)",
                "data:text/html,x",
                "login",
                "?a=b",
                "",
                " /a",
            })
    void refusesALocationWhoseHostIsNotWritten(String location) {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> to(location, 302))
                .satisfies(refusal -> assertThat(refusal.problems())
                        .singleElement()
                        .satisfies(problem -> {
                            assertThat(problem.pointer()).isEqualTo("/location");
                            assertThat(problem.message()).contains("begins with");
                        }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a b",
                "/a\r\nSet-Cookie: b=c",
                "/\u00fc",
                "/\\evil.example",
                "/a%2",
                "/a%${metadata.x}",
                "/$${x}",
                "/a?b=<>",
                "https://example.com/\0",
                "/${request.path}/",
                "${request.path}?a=b",
                "${request.path}${metadata.x}",
                "/a/../b",
                "/a/%2E%2e/${metadata.x}",
                "/${metadata.x}/..",
                "/${request.pth}",
                "/${metadata.",
            })
    void refusesALocationThatIsNoUri(String location) {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> to(location, 302))
                .satisfies(refusal -> assertThat(refusal.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/location")));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 300, 304, 305, 306, 309, 400})
    void refusesAStatusThatIsNoRedirect(int status) {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> to("/a", status))
                .satisfies(refusal -> assertThat(refusal.problems())
                        .singleElement()
                        .satisfies(problem -> {
                            assertThat(problem.pointer()).isEqualTo("/status");
                            assertThat(problem.message()).contains("301, 302, 303, 307, 308");
                        }));
    }

    @Test
    void needsALocation() {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> PolicyTester.of(new RedirectFactory(), ""))
                .withMessageContaining("location");
    }

    @Test
    void staysOnItsHostWhateverTheTargetHolds() {
        var own = to("${request.path}", 302);
        var other = to("https://example.com${request.raw_path}", 302);
        var under = to("https://example.com/app${request.path}", 302);
        var random = new Random(20270131);
        List<String> told = new ArrayList<>();

        for (int i = 0; i < 20_000; i++) {
            String target = random.ints(random.nextInt(1, 12), 0, ALPHABET.length())
                    .mapToObj(at -> ALPHABET.substring(at, at + 1))
                    .reduce(random.nextInt(8) == 0 ? "" : "/", String::concat);
            if (target.isEmpty()) {
                continue;
            }

            URI base = URI.create("https://own.example/x");
            if (location(own, target, told)) {
                assertThat(base.resolve(told.getLast()).getHost()).as(target).isEqualTo("own.example");
            }
            if (location(other, target, told)) {
                assertThat(URI.create(told.getLast()).getHost()).as(target).isEqualTo("example.com");
            }
            if (location(under, target, told)) {
                assertThat(URI.create(told.getLast()).normalize().getPath())
                        .as(target)
                        .startsWith("/app/");
            }
        }
        assertThat(told).hasSizeGreaterThan(20_000);
    }

    /** Whether there is a location, which is told then: a target in which a server may find a dot segment has none. */
    private static boolean location(PolicyTester tester, String target, List<String> told) {
        try {
            return told.add(location(tester, target));
        } catch (PolicyException refused) {
            return false;
        }
    }

    @Test
    void failsRatherThanLeavingOutAHugeLocation() {
        var tester = to("https://example.com${request.path}", 302);
        int room = RedirectPolicy.MAX_LENGTH - "https://example.com".length();

        assertThat(location(tester, "/" + "a".repeat(room - 1))).hasSize(RedirectPolicy.MAX_LENGTH);
        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> location(tester, "/" + "a".repeat(room)))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }
}
