package io.policyengine.testkit.scanner;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The harmless EICAR test file (European Institute for Computer Antivirus Research), which every virus scanner detects.
 */
public final class Eicar {
    /** The first part of the file. The file is split into two parts, so that scanners do not report this source. */
    private static final String FIRST = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-";

    private static final String SECOND = "ANTIVIRUS-TEST-FILE!$H+H*";

    private Eicar() {}

    /** Returns the file, which has 68 bytes. */
    public static byte[] bytes() {
        return (FIRST + SECOND).getBytes(StandardCharsets.US_ASCII);
    }

    static String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
