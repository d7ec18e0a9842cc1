package io.policyengine.core.sink.chain;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The text of an audit file's companion file: it records the last line that was written to the audit file. The text has
 * a constant length.
 */
public final class WrittenHead {
    private static final Pattern TEXT = Pattern.compile("([0-9a-f-]{36}) ([0-9]{19}) ([0-9a-f]{64})\n");

    private WrittenHead() {}

    /** Returns the path of an audit file's companion file. */
    public static Path beside(Path chained) {
        return chained.resolveSibling(chained.getFileName() + ".head");
    }

    public static String text(ChainHead head) {
        return String.format(Locale.ROOT, "%s %019d %s%n", head.chain(), head.sequence(), head.digest())
                .replace("\r", "");
    }

    /** Parses the text of a companion file; returns null if the text is malformed. */
    public static @Nullable ChainHead parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches() ? new ChainHead(parts.group(1), Long.parseLong(parts.group(2)), parts.group(3)) : null;
    }
}
