package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalPathTest {
    private static final int PATHS = 50_000;

    private static final List<String> PIECES = List.of(
            "/", "a", "Z", ":", "%3A", "%3a", "%41", "%2e", ".", ";", "%3B", "%2f", "%2F", "%5c", "%25", "%", "%%3a",
            "%zz", "%2", "\u00e9", "%c3%a9", "%C3%A9", "|", "%7c", " ", "+", "%2B", "#", "\"", "[", "%00", "~", "%7E");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/users%3Aexport, /users:export",
                "/a%40b%2Cc%2bd, `/a@b,c+d`",
                "/%7Euser/%61%2E, /~user/a.",
                "/caf%c3%a9, /caf%C3%A9",
                "/caf\u00c3\u00a9, /caf%C3%A9",
                "/a%2fb%5c%3f%23%25%20, /a%2Fb%5C%3F%23%25%20",
                "/a%253Ab, /a%253Ab",
                "/a|b\"<>, /a%7Cb%22%3C%3E",
                "/a%zz%, /a%25zz%25",
                "/%41?x=%41|%c3, /A?x=%41|%c3",
                "/a%3?A, /a%253?A",
                "*, *",
                "example.com:443, example.com:443",
                "``, ``"
            })
    void hasOneNormalForm(String target, String normal) {
        assertThat(NormalPath.of(target)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/users/1?page=%41", "/caf%C3%A9/a%2Fb;x=1", "*"})
    void aPathInNormalFormIsTheSameObject(String target) {
        assertThat(NormalPath.of(target)).isSameAs(target);
    }

    @Test
    void isNormalAfterOneStep() {
        Random random = new Random(1);
        for (int i = 0; i < PATHS; i++) {
            String path = path(random);

            String normal = NormalPath.of(path);

            assertThat(NormalPath.of(normal)).as(path).isSameAs(normal);
            assertThat(PercentCoding.octets(normal, false)).as(path).isEqualTo(PercentCoding.octets(path, false));
        }
    }

    @Test
    void findsEachPartInThePathAsSent() {
        Random random = new Random(2);
        for (int i = 0; i < PATHS; i++) {
            String path = path(random);
            String normal = NormalPath.of(path);
            for (int slash = normal.indexOf('/'); slash >= 0; slash = normal.indexOf('/', slash + 1)) {
                String rest = path.substring(NormalPath.indexIn(path, slash));

                assertThat(NormalPath.of(rest)).as(path).isEqualTo(normal.substring(slash));
            }
            assertThat(NormalPath.indexIn(path, normal.length())).as(path).isEqualTo(path.length());
        }
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder("/");
        for (int i = random.nextInt(8); i > 0; i--) {
            path.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return path.toString();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "^/users%3Aexport$; ^/users:export$",
                "/a%2eb; /a\\.b",
                "/a\\%3ab%2f; /a:b%2F",
                "\\Q/a%2eb%2f\\E.*; \\Q/a.b%2F\\E.*",
                "/[^%3a]+%3a; /[^%3a]+:",
                "/[]%3a]+%3a; /[]%3a]+:",
                "/[[:alpha:]%3a]+%3a; /[[:alpha:]%3a]+:",
                "/\\pL(a|b)\\|; /\\pL(a|b)%7C",
                "/\u00e9+; /(?:%C3%A9)+",
                "(?P<id>[0-9]+)\"; (?P<id>[0-9]+)%22",
                "/v[0-9]+/(.*); /v[0-9]+/(.*)",
                "/a%; /a%",
                "/a[; /a["
            })
    void bringsLiteralCharactersOfPatternsIntoNormalForm(String regex, String normal) {
        assertThat(NormalPath.ofPattern(regex)).isEqualTo(normal);
    }

    @Test
    void aPatternMatchesWhatItMatchedInNormalForm() {
        Map<String, String> paths = Map.of(
                "/users%3Aexport", "/users:export",
                "/a%2A%28b%29%2B%24", "/a*(b)+$",
                "/a%2e%2d%5f", "/a.-_");

        paths.forEach((pattern, path) -> {
            assertThat(Pattern.matches(NormalPath.ofPattern(pattern), path)).isTrue();
            assertThat(Pattern.matches(NormalPath.ofPattern(pattern), path.replace('.', 'x') + "x"))
                    .isFalse();
        });
    }
}
