package io.policyengine.admin.diff;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.policyengine.core.config.editing.MaskedText;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.params.SecretMask;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares two states of a conf directory, file by file, as unified diffs. Inline secrets are hidden. Files of more
 * than {@value #MAX_LINES} lines are not compared. Too slow for an event loop.
 */
public final class ConfDiff {
    /**
     * Maximum lines of a file that is compared. The work of a comparison grows with the number of lines times the
     * number of differences.
     */
    static final int MAX_LINES = 20_000;

    private static final int CONTEXT = 3;
    private static final String NO_FILE = "/dev/null";
    private static final String CHANGED = "(secret, changed)";

    private final String before;
    private final String after;
    private final Function<String, @Nullable JsonNode> schemas;

    /**
     * Creates a comparison of two states of a conf directory.
     *
     * @param before the name of the old state
     * @param after the name of the new state
     * @param schemas returns the parameter schema of the policy with a given name, or null if unknown
     */
    public ConfDiff(String before, String after, Function<String, @Nullable JsonNode> schemas) {
        this.before = before;
        this.after = after;
        this.schemas = schemas;
    }

    /**
     * The difference of a file.
     *
     * @param file the file's name in the conf directory
     * @param lines a unified diff, or one line with the reason why there is no diff
     */
    public record OfFile(String file, List<String> lines) {
        public OfFile {
            lines = List.copyOf(lines);
        }
    }

    /** Returns the sorted names of the files that differ between two states of a conf directory. */
    public static List<String> files(ConfTexts old, ConfTexts now) {
        Set<String> names = new TreeSet<>(old.files().keySet());
        names.addAll(now.files().keySet());
        List<String> different = new ArrayList<>();
        for (String name : names) {
            FileText one = old.files().get(name);
            if (one == null || !one.equals(now.files().get(name))) {
                different.add(name);
            }
        }
        return different;
    }

    /** Returns the difference of a file that is among {@link #files}. */
    public OfFile of(String file, ConfTexts old, ConfTexts now) {
        return new OfFile(file, lines(file, old.files().get(file), now.files().get(file)));
    }

    private List<String> lines(String name, @Nullable FileText old, @Nullable FileText now) {
        String from = old == null ? NO_FILE : before + "/" + name;
        String to = now == null ? NO_FILE : after + "/" + name;
        Set<JsonNode> known = new HashSet<>();
        String shownOld = shown(name, old, secret -> {
            known.add(secret);
            return SecretMask.MASK;
        });
        String shownNow = shown(name, now, secret -> old == null || known.contains(secret) ? SecretMask.MASK : CHANGED);
        if (shownOld == null || shownNow == null) {
            return List.of(
                    from + " and " + to + " differ; they are not shown, since secrets in them cannot be recognized");
        }
        List<String> oldLines = shownOld.lines().toList();
        List<String> newLines = shownNow.lines().toList();
        if (Math.max(oldLines.size(), newLines.size()) > MAX_LINES) {
            return List.of(from + " and " + to + " differ; they are not shown, since one has more than " + MAX_LINES
                    + " lines");
        }
        List<String> diff =
                UnifiedDiffUtils.generateUnifiedDiff(from, to, oldLines, DiffUtils.diff(oldLines, newLines), CONTEXT);
        return diff.isEmpty() ? List.of(from + " and " + to + " differ only in hidden text") : diff;
    }

    /**
     * Returns the text of a file with secrets masked. Returns an empty text if there is no file, and null if the file
     * is unreadable or its secrets cannot be recognized.
     */
    private @Nullable String shown(String name, @Nullable FileText file, Function<JsonNode, String> masks) {
        return switch (file) {
            case null -> "";
            case FileText.Content(String text) -> new MaskedText(schemas, masks).of(name, text);
            case FileText.Unreadable _ -> null;
        };
    }
}
