package io.policyengine.core.http;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The non-ASCII characters that some servers convert to ASCII, by NFKC or by the best-fit mapping of Windows code
 * pages.
 */
final class Lookalikes {
    /**
     * The Unicode blocks with characters that NFKC maps to ASCII. No other blocks are scanned, to keep startup fast.
     */
    private static final int[][] BLOCKS = {
        {0xA0, 0x33FF},
        {0xA700, 0xA7FF},
        {0xFB00, 0xFFFF},
        {0x10700, 0x107FF},
        {0x1CC00, 0x1CCFF},
        {0x1D400, 0x1D7FF},
        {0x1F100, 0x1F1FF},
        {0x1FB00, 0x1FBFF}
    };
    /** The ASCII characters that have a special meaning in paths. */
    private static final String SPECIAL = "./\\;%?#";

    private static final int[] CODE_POINTS = Arrays.stream(BLOCKS)
            .flatMapToInt(block -> IntStream.rangeClosed(block[0], block[1]))
            .filter(codePoint -> !mapped(codePoint).isEmpty())
            .toArray();
    private static final String[] ASCII =
            Arrays.stream(CODE_POINTS).mapToObj(Lookalikes::mapped).toArray(String[]::new);

    private Lookalikes() {}

    /**
     * Returns the ASCII characters to which a server may convert a character; usually empty. Examples are two dots for
     * U+FE30, and a space for a standalone accent.
     */
    static String asciiOf(int codePoint) {
        int at = Arrays.binarySearch(CODE_POINTS, codePoint);
        return at < 0 ? "" : ASCII[at];
    }

    static boolean isSpecial(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if (SPECIAL.indexOf(ascii.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static String mapped(int codePoint) {
        return switch (codePoint) {
            // Best fit: fraction and division slash; yen sign, won sign, set minus.
            case 0x2044, 0x2215 -> "/";
            case 0xA5, 0x20A9, 0x2216 -> "\\";
            default -> {
                String normal = Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKC);
                // Inner spaces have no effect, like encoded ones.
                yield normal.startsWith(" ")
                        ? " "
                        : normal.chars()
                                .filter(c -> c > ' ' && c < 0x7F)
                                .mapToObj(Character::toString)
                                .collect(Collectors.joining());
            }
        };
    }
}
