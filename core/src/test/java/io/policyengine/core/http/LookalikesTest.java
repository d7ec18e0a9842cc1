package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds the rules against all of Unicode. */
class LookalikesTest {
    private static final String SPECIAL = "./\\;%?#";

    private static IntStream beyondAscii(IntPredicate those) {
        return IntStream.rangeClosed(0xA0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .filter(those);
    }

    private static String normal(int codePoint) {
        return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKC);
    }

    private static boolean isSpecial(int codePoint) {
        return normal(codePoint).chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
    }

    private static String encoded(int codePoint) {
        return URLEncoder.encode(Character.toString(codePoint), StandardCharsets.UTF_8);
    }

    private static @Nullable PathFault strict(String path) {
        return PathRules.STRICT.faultIn("GET", path, Set.of());
    }

    @Test
    void noCharacterOfWhichNfkcMakesOneThatMattersPasses() {
        assertThat(beyondAscii(LookalikesTest::isSpecial)).hasSizeGreaterThan(40);
        assertThat(beyondAscii(LookalikesTest::isSpecial)
                        .filter(c -> strict("/a" + encoded(c) + "b") != PathFault.LOOKALIKE)
                        .mapToObj(Integer::toHexString))
                .isEmpty();
    }

    @Test
    void noCharacterThatNfkcBeginsWithASpaceEndsAName() {
        assertThat(beyondAscii(c -> normal(c).startsWith(" "))
                        .filter(c -> strict("/a" + encoded(c)) != PathFault.TRAILING_DOT
                                || strict("/.." + encoded(c) + "/b") != PathFault.DOT_SEGMENT)
                        .mapToObj(Integer::toHexString))
                .isEmpty();
    }

    @Test
    void whatNfkcMakesADotSegmentOfIsOne() {
        assertThat(beyondAscii(c -> normal(c).matches("\\.{1,2}"))
                        .filter(c -> strict("/a/" + encoded(c) + "/b") != PathFault.DOT_SEGMENT
                                || PathRules.LENIENT.faultIn("GET", "/a/" + encoded(c) + "/b", Set.of())
                                        != PathFault.DOT_SEGMENT)
                        .mapToObj(Integer::toHexString))
                .isEmpty();
    }

    /** Else a server that decodes, maps and decodes again would find what nobody checked. */
    @Test
    void anEncodedPercentSignBeforeWhatNfkcMakesADigitOfIsEncodingAgain() {
        assertThat(beyondAscii(c -> normal(c).matches("[0-9a-fA-F]"))
                        .filter(c -> strict("/a%25" + encoded(c) + "e") != PathFault.DOUBLE_ENCODING
                                || strict("/a%252" + encoded(c)) != PathFault.DOUBLE_ENCODING)
                        .mapToObj(Integer::toHexString))
                .isEmpty();
    }

    @Test
    void everyCharacterIsDecodedToTheAsciiThatNfkcMakesOfIt() {
        Set<Integer> bestFit = Set.of(0x2044, 0x2215, 0xA5, 0x20A9, 0x2216);

        assertThat(beyondAscii(c -> !bestFit.contains(c))
                        .filter(c -> {
                            String normal = normal(c);
                            String ascii = normal.startsWith(" ") ? " " : normal.replaceAll("[^!-~]", "");
                            return !Lookalikes.asciiOf(c).equals(ascii);
                        })
                        .mapToObj(Integer::toHexString))
                .isEmpty();
        assertThat(Lookalikes.asciiOf(0x2215)).isEqualTo("/");
        assertThat(Lookalikes.asciiOf(0xA5)).isEqualTo("\\");
    }

    /** Those that follow one that is seen and change it, or are seen themselves, though Java calls them format. */
    private static boolean isSeen(int c) {
        return (c >= 0x600 && c <= 0x605)
                || Set.of(0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD).contains(c)
                || (c >= 0xFFF9 && c <= 0xFFFB)
                || (c >= 0x13430 && c <= 0x1345F);
    }

    @Test
    void noCharacterThatCannotBeSeenHidesADotSegment() {
        // Of Default_Ignorable_Code_Point, Java knows those of the category Cf, and those of scripts that it calls
        // ignorable.
        IntPredicate isFormat = c -> Character.getType(c) == Character.FORMAT && !isSeen(c);
        IntPredicate isNoncharacter = c -> (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
        IntPredicate isOther = c -> c == 0x34F
                || c == 0x115F
                || c == 0x3164
                || c == 0xFFA0
                || (c >= 0xFE00 && c <= 0xFE0F)
                || (c >= 0xE0000 && c <= 0xE0FFF);

        for (String hidden : Set.of("/a/..%s/b", "/a/.%s./b", "/a/%s../b", "/a/%s.%s.%s", "/a/..%s;x/b", "/a/.%s/b")) {
            assertThat(beyondAscii(isFormat.or(isNoncharacter).or(isOther))
                            .filter(c -> PathRules.LENIENT.faultIn("GET", hidden.replace("%s", encoded(c)), Set.of())
                                    != PathFault.DOT_SEGMENT)
                            .mapToObj(Integer::toHexString))
                    .as(hidden)
                    .isEmpty();
        }
        assertThat(PathRules.LENIENT.faultIn("GET", "/a/..%u200d/b", Set.of())).isEqualTo(PathFault.DOT_SEGMENT);
        assertThat(strict("/a" + encoded(0x200D) + "b/" + encoded(0x1F468) + encoded(0x200D) + encoded(0x1F469)))
                .isNull();
    }

    @Test
    void lettersAndDigitsOfOtherAlphabetsPass() {
        assertThat(beyondAscii(Character::isLetterOrDigit)
                        .filter(c -> !isSpecial(c) && !normal(c).startsWith(" "))
                        .filter(c -> strict("/a" + encoded(c)) != null)
                        .mapToObj(Integer::toHexString))
                .isEmpty();
    }
}
