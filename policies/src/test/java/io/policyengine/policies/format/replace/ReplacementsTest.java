package io.policyengine.policies.format.replace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.re2j.Pattern;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.policies.shared.template.Template;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ReplacementsTest {
    private final FakeEnvironment environment = new FakeEnvironment();

    private static Replacements texts(String... textsAndReplacements) {
        List<ReplacementRule> rules = new ArrayList<>();
        for (int i = 0; i < textsAndReplacements.length; i += 2) {
            rules.add(TextRule.of(textsAndReplacements[i], Template.parse(textsAndReplacements[i + 1])));
        }
        return new Replacements(rules);
    }

    private static Replacements pattern(String regex, String with) {
        return new Replacements(List.of(PatternRule.of(Pattern.compile(regex), with)));
    }

    private static String fill(Template template) {
        return template.parts().stream()
                .map(part -> part instanceof Template.Part.Literal(String octets) ? octets : "")
                .collect(Collectors.joining());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String octets) {
        return Octets.toBytes(octets);
    }

    private static ChunkOutcome next(ChunkFilter<ChunkOutcome> filter, Buffer chunk, boolean last) {
        return filter.onChunk(chunk, last).result();
    }

    @Test
    void doesWhatReplacingInAStringDoes() {
        Random random = new Random(20270131);
        for (int i = 0; i < 20_000; i++) {
            String text = letters(random, 0, 40);
            String first = letters(random, 1, 5);
            String second = letters(random, 1, 5);
            String with = letters(random, 0, 4);

            byte[] replaced = texts(first, with, second, "-").apply(utf8(text), ReplacementsTest::fill);

            assertThat(new String(replaced, StandardCharsets.UTF_8))
                    .as("%s > %s, %s > - in %s", first, with, second, text)
                    .isEqualTo(text.replace(first, with).replace(second, "-"));
        }
    }

    private static String letters(Random random, int min, int max) {
        return random.ints(random.nextInt(min, max + 1), 'a', 'c')
                .mapToObj(Character::toString)
                .reduce("", String::concat);
    }

    @Test
    void keepsBackLessThanTheTexts() {
        Random random = new Random(20270131);
        ChunkFilter<ChunkOutcome> filter =
                texts("aabaa", "b", "abb", "").filter(ReplacementsTest::fill, environment, call());
        Buffer held = Buffer.buffer();
        for (int i = 0; i < 20_000; i++) {
            Buffer chunk = held.copy().appendString(letters(random, 1, 1));

            held = next(filter, chunk, false) instanceof ChunkOutcome.Hold(var _, Buffer rest) ? rest : Buffer.buffer();

            assertThat(held.length()).isLessThanOrEqualTo(4 + 2);
        }
    }

    @Test
    void holdsWhatWouldGoOn() {
        ChunkFilter<ChunkOutcome> filter =
                texts("ab", "x", "xc", "y").filter(ReplacementsTest::fill, environment, call());

        ChunkOutcome outcome = next(filter, Buffer.buffer("1aba"), false);

        assertThat(outcome).isEqualTo(new ChunkOutcome.Hold(Buffer.buffer("1"), Buffer.buffer("xa")));
        assertThat(next(filter, Buffer.buffer("xab"), false))
                .isEqualTo(new ChunkOutcome.Hold(Buffer.buffer("x"), Buffer.buffer("x")));
        assertThat(next(filter, Buffer.buffer("xc"), true)).isEqualTo(new ChunkOutcome.Replace(Buffer.buffer("y")));
    }

    @Test
    void passesAChunkWithoutMatchAsItIs() {
        ChunkFilter<ChunkOutcome> filter = texts("ab", "x").filter(ReplacementsTest::fill, environment, call());

        assertThat(next(filter, Buffer.buffer("bcd"), false)).isEqualTo(ChunkOutcome.PASS);
        assertThat(next(filter, Buffer.buffer(), true)).isEqualTo(ChunkOutcome.PASS);
    }

    @Test
    void worksOnLargeChunksBesideTheEventLoop() {
        ChunkFilter<ChunkOutcome> filter = texts("ab", "x").filter(ReplacementsTest::fill, environment, call());
        environment.holdBlocking();

        var atOnce = filter.onChunk(Buffer.buffer("-".repeat(Replacements.LARGE - 1) + "a"), false);
        var later = filter.onChunk(Buffer.buffer("ab".repeat(1 + Replacements.LARGE / 2)), true);

        assertThat(atOnce.isComplete()).isTrue();
        assertThat(later.isComplete()).isFalse();
        environment.runHeld();
        assertThat(later.result()).isInstanceOf(ChunkOutcome.Replace.class);
    }

    @Test
    @Timeout(20)
    void searchesTextsInLinearTime() {
        String hostile = "a".repeat(TextRule.MAX_BYTES - 1);
        byte[] body = utf8("a".repeat(8_000_000));

        byte[] replaced = texts(hostile + "b", "").apply(body, ReplacementsTest::fill);

        assertThat(replaced).isSameAs(body);
    }

    @Test
    @Timeout(20)
    void searchesPatternsInLinearTime() {
        byte[] body = utf8("a".repeat(100_000));

        assertThat(pattern("(a+)+b", "").apply(body, ReplacementsTest::fill)).isSameAs(body);
        assertThat(pattern("a", "$0b").apply(body, ReplacementsTest::fill)).hasSize(200_000);
        assertThat(pattern("(a)(a)", "$2").apply(body, ReplacementsTest::fill)).hasSize(50_000);
    }

    @Test
    @Timeout(20)
    void stopsAPatternThatReadsOnToTheEndAtEachMatch() {
        byte[] body = utf8("a".repeat(100_000));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> pattern("a(.*b)?", "").apply(body, ReplacementsTest::fill))
                .withMessageContaining("too often")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.POLICY_ERROR));
    }

    @Test
    void stopsReplacementsThatGrowTooFar() {
        String large = "x".repeat(64 * 1024);
        for (Replacements replacements : List.of(texts("a", large), texts("b", "c", "a", large), pattern("a", large))) {
            assertThatExceptionOfType(PolicyException.class)
                    .isThrownBy(() -> replacements.apply(utf8("a".repeat(33)), ReplacementsTest::fill))
                    .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.BODY_TOO_LARGE));
            assertThat(replacements.apply(utf8("a".repeat(32)), ReplacementsTest::fill))
                    .hasSize(Growth.BYTES);
        }
        var filter = texts("a", large).filter(ReplacementsTest::fill, environment, call());
        assertThat(filter.onChunk(Buffer.buffer("a".repeat(33)), true).cause()).isInstanceOf(PolicyException.class);
    }

    @Test
    void doesNotTouchOctetsThatAreNoUtf8() {
        byte[] body = latin1("\u00ff\u00feab\u00c3\u00bcab\u00ff");

        assertThat(texts("ab", "ü").apply(body, ReplacementsTest::fill))
                .isEqualTo(latin1("\u00ff\u00fe\u00c3\u00bc\u00c3\u00bc\u00c3\u00bc\u00ff"));
        assertThat(pattern("ab", "<$0ü>").apply(body, ReplacementsTest::fill))
                .isEqualTo(latin1("\u00ff\u00fe<ab\u00c3\u00bc>\u00c3\u00bc<ab\u00c3\u00bc>\u00ff"));
    }

    @Test
    void findsOctetsByPatternInWhatIsNoUtf8() {
        assertThat(pattern("ü", "u").apply(latin1("\u00fc\u00ff"), ReplacementsTest::fill))
                .isEqualTo(latin1("u\u00ff"));
        assertThat(pattern("^.$", "u").apply(utf8("ü"), ReplacementsTest::fill)).isEqualTo(utf8("u"));
    }

    @Test
    void boundsTexts() {
        assertThatIllegalArgumentException().isThrownBy(() -> TextRule.of("", Template.parse("")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextRule.of("ü".repeat(1 + TextRule.MAX_BYTES / 2), Template.parse("")))
                .withMessageContaining("4096");
        assertThat(TextRule.of("ü".repeat(TextRule.MAX_BYTES / 2), Template.parse("")))
                .isNotNull();
    }

    private static Call call() {
        return new Call("id", 1, 0, new Cancellation());
    }
}
