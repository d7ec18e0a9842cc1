package io.policyengine.core.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.http.ResponseView;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionsTest {
    @ParameterizedTest
    @CsvSource({"old, 3, 5", "old, 4, 4", "old, , ", ", 3, 5"})
    void contentLengthFollowsANewBodyUnlessTheOldOneBrokeOff(String old, String before, String after) {
        HeaderMap headers = before == null ? HeaderMap.empty() : HeaderMap.of("content-length", before);
        ResponseView response = new ResponseView(200, headers, old == null ? null : Buffer.buffer(old));

        ResponseView changed = Instructions.apply(List.of(new SetBody(Buffer.buffer("newer"), null)), response);

        assertThat(changed.headers().get("content-length")).isEqualTo(after);
    }

    @Test
    void theCodingIdentityHidesNoBodyThatBrokeOff() {
        HeaderMap identity = HeaderMap.of("content-length", "4", "content-encoding", "identity");
        ResponseView response = new ResponseView(200, identity, Buffer.buffer("old"));

        ResponseView changed = Instructions.apply(List.of(new SetBody(Buffer.buffer("newer"), null)), response);

        assertThat(response.hasWholeBody()).isFalse();
        assertThat(changed.headers()).isEqualTo(HeaderMap.of("content-length", "4"));
    }

    @Test
    void contentLengthIsThatOfANewBodyIfTheOldOneWasDecoded() {
        HeaderMap coded = HeaderMap.of("content-length", "30", "content-encoding", "gzip");
        ResponseView response = new ResponseView(200, coded, Buffer.buffer("old"));

        ResponseView changed = Instructions.apply(List.of(new SetBody(Buffer.buffer("newer"), null)), response);

        assertThat(changed.headers()).isEqualTo(HeaderMap.of("content-length", "5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a?b=c&d", "//a", "/%20", "/a[b]|c", "/\u00ff"})
    void aPathMayBeWhatClientsSend(String path) {
        assertThat(Instructions.check(new SetPath(path))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "?a", "/a b", "/a\tb", "/a#b", "/a\r\nb", "/\u0000", "/\u007f", "/\u0100"})
    void aPathMayNotBreakTheRequestLine(String path) {
        assertThat(Instructions.check(new SetPath(path))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/a/./b",
                "/a/..?b",
                "/a/..%2Fadmin",
                "/a/%2e%2E/b",
                "/a/..%5cb",
                "/a/..\\b",
                "/a/..;x/b",
                "/%252e%252e/b",
                "/%25252525252e/b",
                "/%c0%ae%c0%ae/b"
            })
    void aPathMayNotLeadOutOfItsFolder(String path) {
        assertThat(Instructions.check(new SetPath(path))).contains("dot segment");
    }

    @ParameterizedTest
    @CsvSource({
        "/a//b, EMPTY_SEGMENT",
        "/a%2Fb, ENCODED_SLASH",
        "/a%5cb, ENCODED_BACKSLASH",
        "/a;b/c, PATH_PARAMETER",
        "/a%252Fb, DOUBLE_ENCODING",
        "/%61, ENCODED_UNRESERVED",
        "/a%3Fb, ENCODED_DELIMITER",
        "/a%EF%BC%8Fb, LOOKALIKE",
        "/a., TRAILING_DOT"
    })
    void aPathIsWhatTheRouteLetsPass(String path, PathFault kind) {
        SetPath set = new SetPath(path);

        assertThat(Instructions.check(set, PathRules.STRICT, Set.of()))
                .contains(
                        "'path_rules' refuse for " + kind.text(),
                        "list " + kind.text() + " in the route's 'allow_in_path'")
                .doesNotContain(path);
        assertThat(Instructions.check(set, PathRules.STRICT, Set.of(kind))).isNull();
        assertThat(Instructions.check(set, PathRules.LENIENT, Set.of())).isNull();
        assertThat(Instructions.check(set, PathRules.OFF, Set.of())).isNull();
    }

    @ParameterizedTest
    @CsvSource({"/a%0Ab, CONTROL_CHARACTER", "/a%zz, MALFORMED_ENCODING", "/a\\b, BACKSLASH", "/%c0%afb, OVERLONG_UTF8"
    })
    void whatNoRouteCanAllowNoPolicyWrites(String path, PathFault kind) {
        SetPath set = new SetPath(path);

        assertThat(Instructions.check(set, PathRules.STRICT, Set.of(kind)))
                .contains("refuse for " + kind.text(), "no route can allow it");
        assertThat(Instructions.check(set, PathRules.LENIENT, Set.of(kind))).isNotNull();
        assertThat(Instructions.check(set, PathRules.OFF, Set.of())).isNull();
    }

    @Test
    void holdsNamesOfFieldsInLowerCase() {
        assertThat(new SetHeader("X-A", "V")).isEqualTo(new SetHeader("x-a", "V"));
        assertThat(new AppendHeader("X-A", "V").name()).isEqualTo("x-a");
        assertThat(new RemoveHeader("X-A").name()).isEqualTo("x-a");
        assertThat(new SetResponseHeader("X-A", "V").name()).isEqualTo("x-a");
    }

    @Test
    void rulesOfPathsAreForPathsAlone() {
        assertThat(Instructions.check(new SetQueryParam("a", "//"), PathRules.STRICT, Set.of()))
                .isNull();
        assertThat(Instructions.check(new SetPath("/a?b=//c;d%2F"), PathRules.STRICT, Set.of()))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb", "a/b", "a?b", "a#b", "a@b", "a\\b", "a\r\nb"})
    void anAuthorityIsHostAndPort(String authority) {
        assertThat(Instructions.check(new SetAuthority(authority))).isNotNull();
        assertThat(Instructions.check(new SetAuthority("a.example:80"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":status", "a b", "Content-Length", "transfer-encoding", "connection", "host", "ETag"})
    void aFieldLeftForTheResponseHasANameThatAResponseMayHave(String name) {
        assertThat(Instructions.check(new SetResponseHeader(name, "1"))).isNotNull();
        assertThat(Instructions.check(new SetResponseHeader("RateLimit", "1\r\n")))
                .isNotNull();
        assertThat(Instructions.check(new SetResponseHeader("RateLimit", "1"))).isNull();
    }

    @Test
    void anEntryGivesABoundedNumberOfInstructions() {
        List<RequestInstruction> most = new ArrayList<>(Collections.nCopies(1_000, new SetHeader("x-a", "1")));

        assertThat(Instructions.check(most)).isNull();
        most.add(new SetHeader("x-a", "1"));
        assertThat(Instructions.check(most)).isEqualTo("1001 instructions; an entry may give at most 1000");
    }

    @Test
    void theLastFieldOfANameIsLeftForTheResponse() {
        HeaderMap before = SetResponseHeader.after(HeaderMap.empty(), List.of(new SetResponseHeader("X-A", "1")));

        HeaderMap after = SetResponseHeader.after(
                before,
                List.of(
                        new SetResponseHeader("x-a", "2"),
                        new SetHeader("x-c", "of the request"),
                        SetResponseHeader.ofText("X-B", "ü")));

        assertThat(after.getAll("x-a")).containsExactly("2");
        assertThat(after.get("x-b")).isEqualTo(Octets.fromText("ü"));
        assertThat(after.size()).isEqualTo(2);
        assertThat(SetResponseHeader.after(after, List.of())).isSameAs(after);
    }
}
